import { describe, expect, it } from 'vitest';
import { admission } from '../../domain/lifecycle/admission.ts';
import type { Command } from '../../domain/seam/command.ts';
import { REACHABLE, worldIn } from './states.ts';

const COMMANDS: Command[] = [
  { command: 'teardown' },
  { command: 'extend', ttlSeconds: 6 * 3600 },
  { command: 'languages', add: ['italian'], remove: [], keysGiven: false },
  { command: 'pause' },
  { command: 'resume' },
  { command: 'remediate', component: 'relay' },
  { command: 'relocate' },
  { command: 'replace', component: 'slides', image: 'registry.example/relay:2' },
];

describe('the table of commands and states', () => {
  const cells = REACHABLE.flatMap((state) => COMMANDS.map((command) => [state, command.command, command] as const));

  it.each(cells)('in %s, %s does what the table says', (state, name, command) => {
    const world = worldIn(state);
    expect(world.state.life.state).toBe(state);
    const id = world.command(command, name === 'teardown' ? 'teardown' : 'c'.repeat(16));
    const known = world.operations.get(id)?.at;
    world.run((w) => w.operations.has(id) && w.operations.get(id)?.at !== known, 7200);
    const expected = admission(state, true, name);
    const outcome = world.operations.get(id);
    if (expected.answer === 'accept') {
      // Refused only for a reason of its own: what is healthy is not remedied, and one thing is remedied once at a time.
      if (outcome?.outcome === 'refused') expect(outcome.reason).toMatch(/healthy|remedied already|under way/);
      else expect(outcome?.outcome).toBe('done');
    } else expect(outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(state) });
    expect(world.violations).toEqual([]);
  });

  it('answers 410 or accepts once nothing remains', () => {
    for (const state of ['gone', 'failed'] as const)
      for (const { command } of COMMANDS)
        expect(admission(state, false, command).answer).toBe(command === 'teardown' ? 'accept' : 'gone');
    expect(admission('gone', false, 'deploy').answer).toBe('accept');
    expect(admission('failed', true, 'deploy').answer).toBe('conflict');
  });
});
