import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { other } from '../../contract/problems.ts';
import type { Command } from '../../domain/seam/command.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import { inputOf, seeded } from './fixtures.ts';
import { REACHABLE, worldIn } from './states.ts';
import { broken, capacity, type NodeFate, World } from './world.ts';

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constant<Command>({ command: 'teardown' }),
  fc.integer({ min: 900, max: 600_000 }).map((ttlSeconds): Command => ({ command: 'extend', ttlSeconds })),
  fc.record({
    command: fc.constant('languages' as const),
    add: fc.uniqueArray(fc.constantFrom('german', 'italian', 'french'), { maxLength: 2 }),
    remove: fc.uniqueArray(fc.constantFrom('original', 'spanish', 'german'), { maxLength: 2 }),
    keysGiven: fc.boolean(),
  }),
  fc.constant<Command>({ command: 'pause' }),
  fc.constant<Command>({ command: 'resume' }),
  fc.constant<Command>({ command: 'relocate' }),
  fc.record({
    command: fc.constant('replace' as const),
    component: fc.constantFrom('relay' as const, 'slides' as const),
    image: fc.constantFrom('registry.example/relay:2', 'registry.example/relay:3'),
  }),
  fc.record({
    command: fc.constant('remediate' as const),
    component: fc.constantFrom('relay', 'mixer-french', 'mixer-nobody'),
    rung: fc.constantFrom('restart' as const, 'redeploy' as const, 'recreate' as const),
  }),
);

const scenario = fc.record({
  seed: fc.integer(),
  late: fc.constantFrom(0, 5, 90),
  twice: fc.constantFrom(0, 0.5),
  flaky: fc.constantFrom(0, 0.2),
  failing: fc.constantFrom(0, 0.02, 0.15),
  keepOnFailure: fc.boolean(),
  commands: fc.array(fc.record({ at: fc.integer({ min: 0, max: 3000 }), command }), { maxLength: 25 }),
  health: fc.array(
    fc.record({
      at: fc.integer({ min: 300, max: 3000 }),
      component: fc.constantFrom('relay', 'mixer-french', 'mixer-german', 'nobody'),
      healthy: fc.boolean(),
    }),
    { maxLength: 10 },
  ),
});

function fates(seed: number, failing: number): (node: NodeInput, nth: number) => NodeFate | undefined {
  const random = seeded(seed + 7);
  return () => {
    if (random() >= failing) return undefined;
    const die = random();
    if (die < 0.2) return { fate: 'dies' };
    return { fate: 'failed', failure: die < 0.6 ? capacity : broken };
  };
}

describe('messages in any order, late, twice, with faults everywhere', () => {
  it('never breaks an invariant, and the TTL always leaves nothing', () => {
    fc.assert(
      fc.property(scenario, ({ seed, late, twice, flaky, failing, keepOnFailure, commands, health }) => {
        const input = inputOf({
          ttl: '2h',
          keepOnFailure,
          vmSizes: ['Standard_D2s_v3', 'Standard_D2s_v5'],
          regions: ['westeurope', 'northeurope'],
        });
        const world = new World(input, { seed, late, twice, flaky, sweep: 60, fate: fates(seed, failing) });
        const sent = commands.map(({ at, command: each }, index) =>
          world.command(each, each.command === 'teardown' ? 'teardown' : `${index}`.padStart(16, '0'), at),
        );
        for (const { at, component, healthy } of health)
          world.at(world.now + at * 1000, () =>
            world.send({
              type: 'health',
              component,
              healthy,
              problems: [other('?')],
              at: new Date(world.now).toISOString(),
            }),
          );
        expect(world.untilFinished()).toBe(true);
        expect(world.violations).toEqual([]);
        expect([...world.resources]).toEqual([]);
        expect(world.record).toBeDefined();
        expect([...world.alarms.keys()]).toEqual([]);
        expect(world.state.commands.open).toEqual([]);
        // Each command that was taken has exactly one outcome; those that came after the end have none.
        for (const id of Object.keys(world.state.commands.taken))
          if (sent.includes(id)) expect(world.operations.has(id)).toBe(true);
        expect(world.operations.get(`${input.deploymentId}-op-deploy`)?.outcome).toMatch(/done|failed/);
      }),
      { numRuns: Number(process.env.CHAOS_RUNS ?? 100), interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);

  it('survives whatever is put into the inbox', () => {
    const type = fc.constantFrom('command', 'node', 'removed', 'alarm', 'health', 'alert', 'nudge', 'none');
    const message = fc.record({
      type,
      deploymentId: fc.constant(inputOf().deploymentId),
      command: fc.anything(),
      operationId: fc.anything(),
      node: fc.oneof(fc.anything(), fc.constantFrom('relay', '__proto__', 'preflight')),
      attempt: fc.oneof(fc.anything(), fc.constant(1)),
      alarm: fc.oneof(fc.anything(), fc.constantFrom('ttl', 'toString')),
      generation: fc.oneof(fc.anything(), fc.constant(1)),
      component: fc.oneof(fc.anything(), fc.constantFrom('relay', 'constructor')),
      ended: fc.anything(),
      existed: fc.anything(),
      problems: fc.anything(),
      at: fc.oneof(fc.anything(), fc.constant(new Date().toISOString())),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...REACHABLE),
        fc.array(fc.oneof(message, fc.anything()), { maxLength: 20 }),
        (state, messages) => {
          const world = worldIn(state, { sweep: 60 });
          for (const each of messages) world.receive(each);
          world.command({ command: 'teardown' }, 'teardown');
          expect(world.untilFinished()).toBe(true);
          expect(world.resources.size).toBe(0);
        },
      ),
      { numRuns: 100, interruptAfterTimeLimit: 30_000 },
    );
  }, 60_000);

  it.each(REACHABLE)('takes a burst of twenty commands in state %s, each exactly once', (state) => {
    for (const seed of [1, 2, 3]) {
      const world = worldIn(state, { seed, twice: 0.3, late: 3 });
      expect(world.state.life.state).toBe(state);
      const ids = Array.from({ length: 20 }, (_, index) => {
        const suffix = index.toString(16).padStart(16, '0');
        if (index % 5 === 0) return world.command({ command: 'extend', ttlSeconds: 7200 + index * 600 }, suffix);
        if (index % 5 === 1) return world.command({ command: 'pause' }, suffix);
        if (index % 5 === 2) return world.command({ command: 'resume' }, suffix);
        if (index % 5 === 4) return world.command({ command: 'remediate', component: 'relay' }, suffix);
        const add = [`x${String.fromCharCode(97 + index)}`];
        return world.command({ command: 'languages', add, remove: [], keysGiven: false }, suffix);
      });
      world.run((w) => ids.every((id) => w.operations.has(id)) || w.state.end.finished === true, 3600);
      for (const id of ids)
        expect(world.state.end.finished || world.operations.has(id), `${id}, ${world.states}`).toBe(true);
      world.command({ command: 'teardown' }, 'teardown');
      expect(world.untilFinished()).toBe(true);
      expect(world.violations).toEqual([]);
      expect(world.resources.size).toBe(0);
    }
  });
});
