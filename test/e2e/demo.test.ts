import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Server } from './process.ts';
import { ROOT, runCli } from './stack.ts';
import { normal, progressNames, resultLines } from './walk.ts';

/** What the README shows of the demo, without what it leaves out. */
const readme = (readFileSync(join(ROOT, 'README.md'), 'utf8').split('```')[3] ?? '')
  .trim()
  .split('\n')
  .filter((line) => line !== '...' && line !== '');

describe('demo --once', () => {
  it('shows a whole life in under 60 s at the default time scale and exits 0', async () => {
    const begun = performance.now();
    const { code, out, err } = await runCli(['demo', '--once', '--port', '0', '--simulator-port', '0']);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('gone') });
    expect(performance.now() - begun).toBeLessThan(60_000);
    for (const language of ['original', 'spanish', 'french'])
      expect(out).toMatch(
        new RegExp(`^${language} +\\d+\\.\\d+\\.\\d+\\.\\d+ +\\S+:3389 +\\S.* track \\d .*healthy`, 'm'),
      );
    expect(out).toMatch(/programme +srt:\/\/demo-relay-\w+\.\w+\.azurecontainer\.io:9998/);
    expect(out).toMatch(/expires +\S+ \(in 23 h 59 min\)/);
    expect(out).toMatch(/cost per hour +USD 0\.\d+/);
    expect(out).toMatch(/API +http:\/\/127\.0\.0\.1:\d+/);
    expect(out).toMatch(/verified +\S+: 0 resources and 0 secrets left/);
    const printed = `${err}${out}`.split('\n');
    const lines = printed.map(normal);
    expect(readme.length).toBeGreaterThan(15);
    for (const line of resultLines(readme)) expect.soft(lines, 'README').toContain(line);
    expect(progressNames(printed)).toEqual(expect.arrayContaining(progressNames(readme)));
  });
  it('keeps its log with its data, and leaves nothing anywhere else', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'demo-data-'));
    const data = join(parent, 'deep', 'data');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const port = String((taken.address() as AddressInfo).port);
      const flags = ['--once', '--data', data, '--port', port, '--simulator-port', '0'];
      const failed = await runCli(['demo', ...flags], { TMPDIR: parent });
      expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('did not start') });
      expect(readdirSync(parent)).toEqual(['deep']);
      expect(readFileSync(join(data, 'demo.log'), 'utf8')).toContain(port);
      const { code, err } = await runCli(['demo', '--once', '--data', join(data, 'demo.log')], { TMPDIR: parent });
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("demo.log': EEXIST") });
    } finally {
      taken.close();
      rmSync(parent, { recursive: true, force: true });
    }
  });

  it('killed with everything it started, leaves what the next start removes', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'demo-kill-'));
    const env = { ...process.env, TMPDIR: parent };
    const flags = ['--port', '0', '--simulator-port', '0'];
    const demo = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'demo', ...flags], {
      detached: true,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const next = new Server();
    try {
      // Its progress begins when its control plane answers.
      let seen = '';
      for await (const text of demo.stderr.setEncoding('utf8')) {
        seen += text;
        if (/simulator\.\.\.\n./s.test(seen)) break;
      }
      const left = () => readdirSync(parent).filter((name) => name.startsWith(`stream-control-demo-${demo.pid}-`));
      expect(left().length).toBe(1);
      process.kill(-(demo.pid ?? 0), 'SIGKILL');
      await next.start(
        join(ROOT, 'dist/local/main.js'),
        [...flags, '--data', join(parent, 'own')],
        /ready on (\S+)/,
        env,
      );
      expect(left()).toEqual([]);
    } finally {
      await next.kill();
      rmSync(parent, { recursive: true, force: true });
    }
  }, 60_000);
});
