import { describe, expect, it } from 'vitest';
import { other } from '../../contract/problems.ts';
import { JOURNAL_LIMIT, type JournalEntry } from '../../domain/lifecycle/journal.ts';
import { NOTE_LIMIT } from '../../domain/lifecycle/notes.ts';
import { deploymentRecord } from '../../domain/lifecycle/record.ts';
import { machineHour } from '../../domain/plan/prices.ts';
import { decodeStatus } from '../../domain/status/decode.ts';
import { encodeStatus } from '../../domain/status/encode.ts';
import { eventStatus } from '../../domain/status/event-status.ts';
import { inputOf } from './fixtures.ts';
import { capacity, World, type WorldOptions } from './world.ts';

const live = (body: object = {}, options: WorldOptions = {}) => {
  const world = new World(inputOf({ ...body }), options);
  world.untilState('live');
  return world;
};
const entries = (world: World, code: string) => world.state.journal.entries.filter((entry) => entry.code === code);
const note = (world: World, code: 'credentials' | 'command', id: string, text: string) =>
  world.receive({ type: 'note', deploymentId: world.input.deploymentId, id, code, text });
const command = (world: World, who: string) => note(world, 'command', who, `streaming on by ${who}`);
const read = (world: World, who: string, id: string) => note(world, 'credentials', id, `original read by ${who}`);
/** How many readings a journal speaks of. */
const countIn = (journal: readonly JournalEntry[]): number =>
  journal
    .filter(({ code }) => code === 'credentials')
    .reduce((sum, { text }) => sum + Number(/\((\d+) times/.exec(text)?.[1] ?? 1), 0);

describe('notes', () => {
  it('are written down once each, and of commands never so many that history cannot be read', () => {
    const world = live();
    command(world, 'ann');
    command(world, 'ann');
    expect(entries(world, 'command').map(({ text }) => text)).toEqual(['deploy by tester', 'streaming on by ann']);
    for (let index = 0; index < NOTE_LIMIT + 50; index++) command(world, `n${index}`);
    expect(entries(world, 'command').at(-1)?.text).toContain('only');
    expect(world.state.journal.notes).toBe(NOTE_LIMIT + 1);
  });

  it.each([1, 20, 60, 400])(
    'of %i readings of secrets none is ever pushed out, by what or how much may come later',
    (people) => {
      const world = live();
      for (let index = 0; index < people; index++) {
        for (const _twice of [1, 2]) read(world, `reader-${index}`, `${index}-${_twice}`);
        world.now += 1000;
      }
      for (let index = 0; index < 2 * JOURNAL_LIMIT; index++) command(world, `n${index}`);
      const shown = decodeStatus(world.input, encodeStatus(world.input, world.state)).journal;
      const kept = deploymentRecord(world.input, world.state).journal;
      for (const journal of [shown, kept]) expect(countIn(journal)).toBe(2 * people);
      const names = kept.filter(({ text }) => text.includes('reader-')).length;
      expect(names).toBeGreaterThanOrEqual(Math.min(people, 90));
      expect([...kept].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))).toEqual(kept);
    },
  );

  it('what could not be told stands until it is, in whatever order the words come', () => {
    const world = live();
    const { deploymentId } = world.input;
    const told = (id: string, outcome: string) =>
      world.receive({ type: 'told', deploymentId, id, text: 'live: x', outcome, reason: 'HTTP 503' });
    const alerts = () => eventStatus(world.input, encodeStatus(world.input, world.state), world.now).alerts;
    told('a', 'delayed');
    told('a', 'delayed');
    told('b', 'delivered');
    told('b', 'delayed');
    told('constructor', 'given-up');
    expect(entries(world, 'not-told')).toHaveLength(2);
    expect(alerts()).toMatchObject([{ component: 'notifications', title: expect.stringMatching(/^2 notifications/) }]);
    told('constructor', 'delivered');
    told('a', 'delivered');
    expect(alerts()).toEqual([]);
  });
});

it('durations are learned when the event becomes live, once', () => {
  const world = live();
  expect(world.learned).toMatchObject([{ deploymentId: world.input.deploymentId }]);
  expect(world.learned[0]?.readySeconds).toBeGreaterThan(60);
  expect(Object.keys(world.learned[0]?.steps ?? {})).toContain('machine');
  world.command({ command: 'pause' }, 'a'.repeat(16));
  world.untilState('paused');
  world.command({ command: 'resume' }, 'b'.repeat(16));
  world.untilState('live');
  world.command({ command: 'teardown' }, 'teardown');
  world.untilFinished();
  expect(world.learned).toHaveLength(1);
});

it('a machine that finds no room again comes back in another size, not by two more tries in its own', () => {
  const sizes = ['Standard_D2s_v3', 'Standard_D4s_v3'];
  const world = live(
    { vmSizes: sizes },
    { fate: ({ spec }) => (spec.kind === 'power' ? { fate: 'failed', failure: capacity } : undefined) },
  );
  const at = new Date(world.now).toISOString();
  world.send({ type: 'health', component: 'mixer-french', healthy: false, problems: [other('silent')], at });
  world.untilState('remediating');
  world.untilState('live');
  expect(world.state.plan.layout.members.at(-1)).toMatchObject({ each: 'french', variant: 2, size: sizes[1] });
  expect(entries(world, 'remedy').map(({ text }) => text)).toEqual(['mixer-french: restart', 'mixer-french: recreate']);

  // Each of the two is priced at its own size.
  world.run(() => false, 3600);
  world.command({ command: 'teardown' }, 'teardown');
  world.untilFinished();
  const machines = world.record?.certificate.resources.filter(({ type }) => type.endsWith('/virtualMachines')) ?? [];
  const perHour = machines
    .filter(({ name }) => name.startsWith('mixer-french'))
    .map(({ cost = 0, seconds = 0 }) => (cost / seconds) * 3600);
  const [region = ''] = world.input.request.regions;
  const [first = 0, second = 0] = sizes.map((size) => machineHour(size, false, region));
  const [small = 0, large = 0] = perHour.sort();
  // Less than by the hour, as a machine costs from when it is ready.
  expect([small > first / 2, small <= first]).toEqual([true, true]);
  expect([large > first * 1.5, large <= second]).toEqual([true, true]);
});
