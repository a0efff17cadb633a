import { describe, expect, it } from 'vitest';
import { other } from '../../contract/problems.ts';
import type { Command } from '../../domain/seam/command.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import { inputOf } from './fixtures.ts';
import { broken, type NodeFate, World } from './world.ts';

const NEXT = 'registry.example/relay:2';
const replace = (image = NEXT): Command => ({ command: 'replace', component: 'relay', image });
const IMAGE_OF = { kind: 'containers', container: 'relay' } as const;

/** A live event whose relay and its check meet the given fates from the second time on. */
function live(fate: (node: NodeInput, nth: number) => NodeFate | undefined = () => undefined): World {
  const world = new World(inputOf({ regions: ['westeurope', 'northeurope'] }), { fate });
  world.untilState('live');
  return world;
}
function done(world: World, command: Command, suffix = 'f'.repeat(16)) {
  const id = world.command(command, suffix);
  expect(world.run((w) => w.operations.has(id))).toBe(true);
  return world.operations.get(id);
}
const running = (world: World) => world.images.get(`${world.state.plan.layout.resourceGroup}/relay-demo-westeurope`);
const original = (world: World) => world.input.installation.images.relay;

describe('another image for the relay', () => {
  it('goes into the group that is there, alone, and the outcome says for how long it was away', () => {
    const world = live();
    const before = { ...world.state.work.nodes };
    const outcome = done(world, replace());
    expect(outcome).toMatchObject({ outcome: 'done', reason: expect.stringContaining(NEXT) });
    const { startedAt = 0 } = world.state.work.nodes.relay ?? {};
    const { finishedAt = 0 } = world.state.work.nodes['check-relay'] ?? {};
    expect(outcome?.outageSeconds).toBeGreaterThanOrEqual((finishedAt - startedAt) / 1000);
    expect(outcome?.outageSeconds).toBeLessThan((finishedAt - startedAt) / 1000 + 2);
    expect(running(world)).toBe(NEXT);
    expect(world.state.life.state).toBe('live');
    for (const id of Object.keys(before))
      if (id !== 'relay' && id !== 'check-relay') expect(world.state.work.nodes[id]).toEqual(before[id]);
    expect(world.violations).toEqual([]);
  });

  it('is what the next region runs as well', () => {
    const world = live();
    done(world, replace());
    world.send({
      type: 'health',
      component: 'relay',
      healthy: false,
      problems: [other('silent')],
      at: new Date(world.now + 1000).toISOString(),
    });
    world.untilState('degraded');
    const moved = done(world, { command: 'relocate' }, 'e'.repeat(16));
    expect(moved).toMatchObject({ outcome: 'done', reason: expect.stringContaining('live in northeurope') });
    const started = [...world.started.values()].flatMap((each) => (each.orchestration === 'node' ? [each.input] : []));
    const last = started.findLast(({ spec }) => spec.kind === IMAGE_OF.kind && spec.container === IMAGE_OF.container);
    expect(last).toMatchObject({ region: 'northeurope', spec: { image: NEXT } });
  });

  it.each([
    ['cannot be pulled', 'relay'],
    ['never gets well', 'check-relay'],
  ])('that %s: the one before is put back and the event is as it was', (_, node) => {
    const world = live((input, nth) =>
      input.node === node && nth === 2 ? { fate: 'failed', failure: broken } : undefined,
    );
    const { images: _none, ...layout } = world.state.plan.layout;
    const outcome = done(world, replace());
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('runs again') });
    expect(outcome?.outageSeconds).toBeGreaterThan(0);
    expect(running(world)).toBe(original(world));
    expect(world.state.plan.layout).toEqual(layout);
    expect(world.state.life.state).toBe('live');
    expect(world.violations).toEqual([]);
  });

  it('with neither image serving is told, and the relay counts as unwell', () => {
    const world = live((input, nth) =>
      input.node === 'check-relay' && nth >= 2 ? { fate: 'failed', failure: broken } : undefined,
    );
    expect(done(world, replace())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('does not work either'),
    });
    expect(world.state.health.components.relay).toMatchObject({ healthy: false });
    expect(world.state.life.state).toBe('degraded');
  });

  it('is refused where it runs already, and while another change is under way', () => {
    const world = live();
    expect(done(world, replace(original(world)))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('already'),
    });
    const first = world.command(replace(), 'a'.repeat(16));
    const second = world.command(replace('registry.example/relay:3'), 'b'.repeat(16));
    world.run((w) => w.operations.has(first) && w.operations.has(second));
    expect(world.operations.get(first)).toMatchObject({ outcome: 'done' });
    expect(world.operations.get(second)).toMatchObject({ outcome: 'refused' });
    expect(running(world)).toBe(NEXT);
  });

  it('gives way to a teardown', () => {
    const world = live();
    const id = world.command(replace(), 'a'.repeat(16));
    world.run((w) => w.state.work.nodes.relay?.state === 'running');
    world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilFinished()).toBe(true);
    expect(world.groups.size).toBe(0);
    expect(world.operations.get(id)?.outcome).not.toBe('done');
    expect(world.violations).toEqual([]);
  });
});
