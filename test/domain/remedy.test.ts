/** A dry run of a remedy says what the command then says, in every state and of every component. */
import { describe, expect, it } from 'vitest';
import { admission } from '../../domain/lifecycle/admission.ts';
import type { Command } from '../../domain/seam/command.ts';
import { decodeStatus } from '../../domain/status/decode.ts';
import { encodeStatus } from '../../domain/status/encode.ts';
import { remedyByHand } from '../../domain/status/remedy.ts';
import { done, live, sick } from './live.ts';
import { REACHABLE, worldIn } from './states.ts';
import type { World } from './world.ts';

const COMPONENTS = ['relay', 'slides', 'mixer-original', 'mixer-french', 'mixer-klingon', 'constructor'];
type Remediate = Extract<Command, { command: 'remediate' }>;

/** As the door does it: what it can see is the status. */
function dryRun(world: World, command: Remediate): string {
  const { state, input, now } = world;
  const admitted = admission(state.life.state, !state.end.finishing, 'remediate');
  if (admitted.answer !== 'accept') return admitted.reason;
  const would = remedyByHand(input.template, decodeStatus(input, encodeStatus(input, state)), command, now);
  return 'rung' in would ? would.rung : would.problem;
}

/** What the command itself does: the rung it climbs, or why it is refused. */
function command(world: World, remediate: Remediate, suffix: string): string {
  const id = world.command(remediate, suffix);
  world.run((w) => w.state.commands.taken[id] === true);
  const refused = world.operations.get(id);
  return refused?.outcome === 'refused'
    ? (refused.reason ?? '')
    : (world.state.remedies.running[remediate.component]?.rung ?? 'accepted');
}

describe('a dry run', () => {
  it.each(REACHABLE)('says what the command says: %s', (state) => {
    for (const [index, component] of COMPONENTS.entries())
      for (const rung of [undefined, 'recreate'] as const) {
        const world = worldIn(state);
        const remediate: Remediate = { command: 'remediate', component, ...(rung ? { rung } : {}) };
        const said = dryRun(world, remediate);
        expect(command(world, remediate, `${index}`.repeat(16)), `${component} ${rung}`).toBe(said);
      }
  });

  it('knows which rung is next, and that it is being remedied', () => {
    const world = live();
    const remediate: Remediate = { command: 'remediate', component: 'mixer-french' };
    for (const rung of ['restart', 'redeploy', 'recreate', 'recreate']) {
      sick(world, 'mixer-french');
      world.untilState('degraded');
      expect(dryRun(world, remediate)).toBe(rung);
      const id = world.command(
        remediate,
        rung
          .padEnd(16, '0')
          .replace(/[^0-9a-f]/g, 'a')
          .slice(0, 15) +
          (world.operations.size % 10),
      );
      world.untilState('remediating');
      expect(dryRun(world, remediate)).toContain('being remedied already');
      world.run((w) => w.operations.has(id));
      world.untilState('live');
      world.now += 1000;
    }
  });

  it('counts the commands an event takes', () => {
    const world = live();
    for (let index = 0; index < 200; index++)
      done(world, { command: 'languages', add: [], remove: ['klingon'], keysGiven: false });
    sick(world, 'relay');
    world.untilState('degraded');
    const remediate: Remediate = { command: 'remediate', component: 'relay' };
    const said = dryRun(world, remediate);
    expect(said).toContain('at most 200 commands');
    expect(done(world, remediate)).toMatchObject({ outcome: 'refused', reason: said });
  });
});
