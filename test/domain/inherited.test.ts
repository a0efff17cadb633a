import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGE } from '../../domain/names.ts';
import { own } from '../../domain/own.ts';
import { machineHour } from '../../domain/plan/prices.ts';
import { encodeStatus } from '../../domain/status/encode.ts';
import { eventStatus } from '../../domain/status/event-status.ts';
import { emptyIndex, putEntry } from '../../entities/event-index.ts';
import { inputOf } from './fixtures.ts';
import { capacity, World } from './world.ts';

/** What every object inherits, and names that look like it. */
const inherited = fc.oneof(
  fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)),
  fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)).map((name) => name.toLowerCase()),
  fc.constantFrom('prototype', 'name', 'length', 'apply'),
);
const language = inherited.filter((name) => LANGUAGE.test(name));

describe('names that every object inherits', () => {
  it('are keys like any other', () => {
    fc.assert(
      fc.property(inherited, (name) => {
        expect(own({}, name)).toBeUndefined();
        expect(own({ [name]: 1 }, name)).toBe(1);
        expect(Number.isFinite(machineHour(name, false, 'eastus'))).toBe(true);
      }),
    );
  });

  it('are languages like any other: other sizes, added, taken off and back', () => {
    fc.assert(
      fc.property(language, (name) => {
        const world = new World(inputOf({ languages: [name], vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v3'] }), {
          fate: (node, nth) =>
            node.node === `mixer-${name}` && nth === 1 ? { fate: 'failed', failure: capacity } : undefined,
        });
        expect(world.untilState('live')).toBe(true);
        expect(world.state.plan.layout.members.at(-1)).toMatchObject({ each: name, variant: 2 });
        const shown = eventStatus(world.input, encodeStatus(world.input, world.state), world.now);
        expect(shown.connection?.mixers).toMatchObject([{ language: name, host: null }]);

        const other = new World(inputOf({ languages: ['original'] }));
        other.untilState('live');
        const change = (add: string[], remove: string[], id: string) => {
          const operation = other.command({ command: 'languages', add, remove, keysGiven: false }, id.repeat(16));
          other.run(({ operations }) => operations.has(operation));
          expect(other.operations.get(operation)).toMatchObject({ outcome: 'done' });
        };
        change([name], [], 'a');
        expect(other.resources.has(`mixer-${name}-demo`)).toBe(true);
        change([], [name], 'b');
        change([name], [], 'c');
        expect(other.resources.has(`mixer-${name}-demo-2`)).toBe(true);
        expect([...world.violations, ...other.violations]).toEqual([]);
      }),
    );
  });

  it('name nodes of no plan: their reports are dropped', () => {
    fc.assert(
      fc.property(inherited, fc.constantFrom('done', 'failed', 'stopped'), fc.nat(2), (node, outcome, attempt) => {
        const world = new World(inputOf());
        const before = JSON.stringify(world.state);
        world.receive({ type: 'node', deploymentId: world.input.deploymentId, node, attempt, outcome });
        expect(JSON.stringify(world.state)).toBe(before);
      }),
    );
  });

  it('are events like any other in the index', () => {
    fc.assert(
      fc.property(inherited, (event) => {
        const entry = {
          event,
          deploymentId: `${event}-1-a`,
          state: 'live',
          resourceGroup: 'g',
          at: '2026-11-21T08:00:00Z',
        };
        const ended = { ...entry, state: 'gone', over: true as const, at: '2026-11-21T09:00:00Z' };
        const index = putEntry(putEntry(emptyIndex(), entry), ended);
        expect(own(index.events, event)).toEqual(ended);
        expect(index.past).toEqual([ended]);
      }),
    );
  });
});
