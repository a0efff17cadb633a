import { afterEach, expect, test } from 'vitest';
import { deploymentStatusSchema } from '../../contract/api/deployment.ts';
import { eventListSchema } from '../../contract/api/events.ts';
import type { LiveEvent, LiveParts } from '../../contract/api/live.ts';
import { liveEventSchema, liveMixerSchema, liveRelaySchema } from '../../contract/api/live.ts';
import { graphSchema } from '../../contract/api/plan.ts';
import { presentersSchema } from '../../contract/api/source.ts';
import { World } from '../system/world.ts';
import { named, readStream, type Sent } from './read-stream.ts';

let world: World;
afterEach(() => world.stop());

const read = (path: string, enough: (sent: readonly Sent[]) => boolean, headers: Record<string, string> = {}) =>
  readStream(world, path, enough, headers);

test('one stream tells everything about an event as it comes up, in parts of known shape, and goes on where it was', async () => {
  world = await World.create({ seed: 'live' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original', 'french'] });
  const sent = await read('/api/live?event=demo', (all) => named(all, 'tick').length >= 6);
  const events = named(sent, 'event') as LiveEvent[];
  for (const one of events) liveEventSchema.parse(one);
  for (const one of named(sent, 'deployment')) deploymentStatusSchema.parse(one);
  for (const one of named(sent, 'graph')) graphSchema.parse(one);
  expect(named(sent, 'graph')).toHaveLength(1);
  expect(events[0]?.state).not.toBe('live');
  // A sign of life every second and a bit, however little happens.
  const ticks = (named(sent, 'tick') as { now: string }[]).map(({ now }) => Date.parse(now));
  expect(Math.max(...ticks.slice(1).map((at, index) => at - (ticks[index] ?? 0)))).toBeLessThan(1_500);

  const last = sent.findLast(({ id }) => id !== undefined)?.id ?? '';
  await world.until('demo', ['live']);
  const everything = (all: readonly Sent[]) => named(all, 'mixer').length >= 2 && named(all, 'relays').length > 0;
  const resumed = await read('/api/live?event=demo', everything, { 'last-event-id': last });
  const up = named(resumed, 'event').at(-1) as LiveEvent;
  expect(up.state).toBe('live');
  expect(named(resumed, 'graph')).toEqual([]);
  for (const one of named(resumed, 'mixer')) liveMixerSchema.parse(one);
  for (const one of named(resumed, 'relays') as { relays: unknown[] }[])
    for (const relay of one.relays) liveRelaySchema.parse(relay);
  const presenters = (named(resumed, 'relays') as LiveParts['relays'][]).map((one) => one.presenters);
  expect(presentersSchema.parse(presenters.at(-1)).component).toBe('relay');
  expect(new Set(named(resumed, 'mixer').map((one) => (one as { language: string }).language))).toEqual(
    new Set(['original', 'french']),
  );
  // The table of commands, as docs/reference/states.md has it.
  const answers = Object.fromEntries(up.commands.map(({ command, answer }) => [command, answer]));
  expect(answers).toMatchObject({
    teardown: 'accept',
    extend: 'accept',
    pause: 'accept',
    resume: 'conflict',
    deploy: 'conflict',
    // What is told at once stands in the same list; without stream keys nothing can stream.
    streaming: 'conflict',
    keys: 'conflict',
    sound: 'accept',
    source: 'accept',
  });
  const [early] = events;
  expect(early?.commands.find(({ command }) => command === 'source')).toEqual({
    command: 'source',
    answer: 'conflict',
    reason: `the event is ${early?.state}; there is no presenter yet`,
  });
  expect(up.components.map(({ component, health }) => [component, health])).toEqual([
    ['relay', 'healthy'],
    ['slides', 'healthy'],
    ['mixer-original', 'healthy'],
    ['mixer-french', 'healthy'],
  ]);
});

test('the list is a stream too, and money that moves by itself is no change', async () => {
  world = await World.create({ seed: 'live list' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'] });
  await world.until('demo', ['live']);
  const sent = await read('/api/live', (all) => named(all, 'tick').length >= 4);
  const lists = named(sent, 'events');
  for (const one of lists) eventListSchema.parse(one);
  expect(lists).toHaveLength(1);
  expect(lists[0]).toMatchObject({ events: [{ event: 'demo', state: 'live', currency: 'USD' }] });
});

test('no such event: a problem, before any stream', async () => {
  world = await World.create({ seed: 'live none' });
  const { status, headers } = await world.call('GET', '/api/live?event=nothing');
  expect(status).toBe(404);
  expect(headers.get('content-type')).toContain('application/problem+json');
});

test('an event without stream keys wants no stream, and is no trouble', async () => {
  world = await World.create({ seed: 'keyless' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'] });
  await world.until('demo', ['live']);
  const sent = await read('/api/live?event=demo', (all) => named(all, 'mixer').length >= 1);
  expect(named(sent, 'mixer')).toMatchObject([
    { language: 'original', streaming: false, desired: { streaming: false } },
  ]);
}, 60_000);
