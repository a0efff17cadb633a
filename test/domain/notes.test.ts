import { describe, expect, it } from 'vitest';
import { NOTE_LIMIT } from '../../domain/lifecycle/notes.ts';
import { encodeStatus } from '../../domain/status/encode.ts';
import { eventStatus } from '../../domain/status/event-status.ts';
import { inputOf } from './fixtures.ts';
import { capacity, World, type WorldOptions } from './world.ts';

const live = (body: object = {}, options: WorldOptions = {}) => {
  const world = new World(inputOf({ ...body }), options);
  world.untilState('live');
  return world;
};
const entries = (world: World, code: string) => world.state.journal.filter((entry) => entry.code === code);
const note = (world: World, id: string) => {
  const { deploymentId } = world.input;
  world.receive({ type: 'note', deploymentId, id, code: 'credentials', text: `read by ${id}` });
};

describe('notes', () => {
  it('are written down once each, and never so many that they push everything else out', () => {
    const world = live();
    note(world, 'ann');
    note(world, 'ann');
    expect(entries(world, 'credentials')).toMatchObject([{ text: 'read by ann' }]);
    for (let index = 0; index < 2 * NOTE_LIMIT; index++) note(world, `n${index}`);
    expect(entries(world, 'credentials')).toHaveLength(NOTE_LIMIT + 1);
    expect(entries(world, 'credentials').at(-1)?.text).toContain('only');
    expect(entries(world, 'command')).toHaveLength(1);
  });

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
  expect(Object.keys(world.learned[0]?.steps ?? {})).toContain('mixer');
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
  world.send({ type: 'health', component: 'mixer-french', healthy: false, reasons: ['silent'], at });
  world.untilState('remediating');
  world.untilState('live');
  expect(world.state.layout.machines.at(-1)).toMatchObject({ language: 'french', variant: 2, vmSize: sizes[1] });
  expect(entries(world, 'remedy').map(({ text }) => text)).toEqual(['mixer-french: restart', 'mixer-french: recreate']);
});
