import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { findCommand, parseCommand } from '../../cli/core/parse.ts';
import { frame } from '../../cli/progress/bars.ts';
import { cli } from './server/cli.ts';
import { ControlPlane } from './server/control-plane.ts';
import { Life, UP } from './server/life.ts';

describe('help', () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    '%s: shows each argument and option, and examples that parse',
    async (name, command) => {
      const { code, out } = await cli([...name.split(' '), '--help']);
      expect(code).toBe(0);
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`);
      for (const positional of command.positionals) expect(out).toContain(positional.name);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) {
        const argv = example.split(' > ')[0]?.split(' ').slice(1) ?? [];
        const found = findCommand(commands, argv);
        expect(found?.command.name).toBe(name);
        if (found) parseCommand(found.command, found.rest, {});
      }
    },
  );

  it('the overview names every command and exit code; no command is wrong usage', async () => {
    const { code, out } = await cli(['--help']);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(`  ${name} `);
    expect((await cli([])).code).toBe(2);
    expect((await cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('completion', () => {
  const complete = async (line: string): Promise<string[]> => {
    const { out } = await cli(['completion', 'bash']);
    const words = line.split(' ');
    const script = `${out}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _stream_control; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n').filter(Boolean);
  };
  it.each([
    ['stream-control tear', ['teardown']],
    ['stream-control template ', ['list', 'show', 'validate']],
    ['stream-control deploy --plan', ['--plan-hash']],
    ['stream-control status -o ', ['table', 'json', 'yaml', 'none']],
    ['stream-control deploy --env s', ['staging']],
    ['stream-control instances terminate --re', ['--reason']],
    ['stream-control completion f', ['fish']],
  ])('in a real bash: %s<TAB>', async (line, expected) => {
    expect((await complete(line)).filter((word) => !word.startsWith('--') || line.includes(' --'))).toEqual(expected);
  });

  it.each(['zsh', 'fish'])('%s has every command and option', async (shell) => {
    const { out } = await cli(['completion', shell]);
    for (const { name, options } of commands) {
      expect(out).toContain(name.split(' ').at(-1));
      for (const option of Object.keys(options)) expect(out).toMatch(new RegExp(`(--|-l )${option}\\b`));
    }
  });
});

describe('bars', () => {
  const size = { columns: 80, rows: 24 };
  const life = new Life(new ControlPlane());
  it('show an overall bar and a line per resource, within the terminal', () => {
    life.step = 2;
    const lines = frame(life.status(), size);
    expect(lines[0]).toContain('congress  ████████░░░░░░░░░░░░░░░░  33 %  provisioning');
    expect(lines.slice(1).map((line) => stripVTControlCharacters(line))).toEqual([
      expect.stringMatching(/✔ resource-group +under 1 s/),
      expect.stringMatching(/▶ relay/),
      expect.stringMatching(/▶ mixer-french/),
    ]);
  });
  it('show what fails and runs first when there are more resources than lines', () => {
    const status = life.status();
    const many = Array.from({ length: 200 }, (_, index) => ({
      startedAt: null,
      finishedAt: null,
      detail: '',
      id: `node-${index}`,
      kind: 'check',
      state: index === 150 ? ('failed' as const) : index === 160 ? ('running' as const) : ('done' as const),
    }));
    const lines = frame({ ...status, nodes: many }, size);
    expect(lines.length).toBeLessThan(size.rows);
    expect(lines.join('\n')).toContain('node-150');
    expect(lines.join('\n')).toContain('node-160');
    expect(lines.at(-1)).toContain('more');
  });
  it('leave out what had been made while it goes away', () => {
    const status = life.status();
    expect(
      frame(
        { ...status, state: 'gone', phase: 'ended', nodes: status.nodes.map((node) => ({ ...node, state: 'done' })) },
        size,
      ),
    ).toHaveLength(1);
  });
  it('redraw in place on a terminal and leave the last state standing', async () => {
    const plane = await new ControlPlane().start();
    new Life(plane, 'congress', UP);
    const { code, err } = await cli(['deploy', 'congress', '--url', plane.url], { terminal: size });
    await plane.stop();
    expect(code).toBe(0);
    expect(err).toContain('\x1b[4A\x1b[0J');
    expect(err.split('\x1b[0J').at(-1)).toContain('100 %  live');
  });
});
