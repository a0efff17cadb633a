import { afterEach, expect, test } from 'vitest';
import type { Notification } from '../../domain/seam/records.ts';
import { pending } from '../../functions/schedules/pending.ts';
import { World } from '../system/world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const service = {
  name: 'vespers',
  days: ['saturday'],
  at: '10:30',
  timeZone: 'Europe/Zurich',
  ahead: '1h',
  request: { event: 'vespers', languages: ['original'], ttl: '2h' },
};
interface Listed {
  schedules: {
    next: string;
    last: { occurrence: string; deploymentId?: string; late?: true; missed?: true; problem?: string } | null;
    missed: { occurrence: string }[];
  }[];
}

/** A schedule made on Saturday at 08:00 UTC, and a control plane that is away from then until `until`. */
async function away(until: string) {
  world = await World.create({ seed: 'missed' });
  expect((await world.call('POST', '/api/schedules', service)).status).toBe(201);
  // Until the entity has taken it.
  await world.pass(5);
  await world.host.stop();
  // Without a host nothing waits for a time: something must.
  world.clock.at(Date.parse(until), () => {});
  await world.clock.drive(() => false, Date.parse(until));
  await world.startHost();
  await world.pass(6 * 60);
  const [listed] = (await world.call<Listed>('GET', '/api/schedules')).body.schedules;
  if (!listed) throw new Error('the schedule is gone');
  return { world, listed };
}
const told = async (there: World, occurrence: string, kind: string) =>
  (await there.instance<Notification>(`schedule-vespers-${Date.parse(occurrence)}-${kind}`)).input;

test('what is still of use when the control plane comes back is deployed late, ends in time, and people are told', async () => {
  const { world, listed } = await away('2026-11-21T10:00:00Z');
  expect(listed.last).toMatchObject({ occurrence: '2026-11-21T09:30:00.000Z', late: true });
  expect(listed.missed).toEqual([]);
  const { expiresAt } = await world.until('vespers', ['live'], 3600);
  expect(Math.abs(Date.parse(String(expiresAt)) - Date.parse('2026-11-21T11:30:00Z'))).toBeLessThan(60_000);
  const { kind, text } = await told(world, '2026-11-21T09:30:00Z', 'late');
  expect(kind).toBe('schedule');
  expect(text).toContain('late');
  await world.pass(12 * 60);
  const [after] = (await world.call<Listed>('GET', '/api/schedules')).body.schedules;
  expect(after?.last).toEqual(listed.last);
});

test('what is over is recorded as missed and told, each of them, and the next one is deployed', async () => {
  const { world, listed } = await away('2026-11-28T12:00:00Z');
  const missed = ['2026-11-28T09:30:00.000Z', '2026-11-21T09:30:00.000Z'];
  expect(listed.missed.map(({ occurrence }) => occurrence)).toEqual(missed);
  expect(listed.last).toMatchObject({
    occurrence: missed[0],
    missed: true,
    problem: 'the control plane was not running',
  });
  expect(listed.next).toBe('2026-12-05T09:30:00.000Z');
  for (const occurrence of missed) expect((await told(world, occurrence, 'over')).text).toContain('was missed');
  expect((await world.call('GET', '/api/status/vespers')).status).toBe(404);
});

test('a schedule whose vault gives no answer keeps no other waiting', async () => {
  world = await World.create({ seed: 'others' });
  const other = (name: string, request: object) => ({
    ...service,
    name,
    request: { event: name, ttl: '2h', ...request },
  });
  const keys = { languages: ['original'], youtubeKeys: { original: 'key' } };
  for (const one of [other('first', keys), other('second', { languages: ['original'] })])
    expect((await world.call('POST', '/api/schedules', one)).status).toBe(201);
  const match = { type: 'Microsoft.KeyVault/vaults/secrets', name: '*first*', operation: 'read' };
  await world.sim('PUT', '/_sim/faults', [{ match, outcome: { kind: 'error', status: 500, code: 'InternalError' } }]);
  await world.pass(40 * 60);
  expect((await world.call('GET', '/api/status/first')).status).toBe(404);
  expect((await world.call('GET', '/api/status/second')).status).toBe(200);
  await world.sim('DELETE', '/_sim/faults');
  await world.pass(6 * 60);
  expect((await world.call('GET', '/api/status/first')).status).toBe(200);
});

const rule = { days: ['saturday' as const], at: '09:30', timeZone: 'UTC' };
const schedule = { ...rule, name: 's', aheadSeconds: 3600, paused: false, request: {}, keys: [], by: 'me' };
const at = (text: string) => Date.parse(`2026-11-${text}Z`);
const kinds = (more: object, now: string, ttl = 7200) =>
  pending({ ...schedule, since: '2026-11-14T00:00:00Z', ...more }, ttl, at(now)).map((one) => [
    one.kind,
    new Date(one.at).toISOString().slice(5, 16),
  ]);

test.each([
  ['nothing long before', {}, '14T08:00', []],
  ['ahead of its time', {}, '14T08:31', [['ahead', '11-14T09:30']]],
  ['late', {}, '14T10:00', [['late', '11-14T09:30']]],
  ['over, when it would not live for a quarter of an hour', {}, '14T11:16', [['over', '11-14T09:30']]],
  [
    'over, and the next one ahead',
    {},
    '21T09:00',
    [
      ['over', '11-14T09:30'],
      ['ahead', '11-21T09:30'],
    ],
  ],
  ['nothing of before it was made', { since: '2026-11-14T10:00:00Z' }, '14T11:00', []],
  ['nothing that was deployed', { last: { occurrence: '2026-11-14T09:30:00Z', deploymentId: 'x' } }, '14T10:00', []],
  ['nothing that was told as missed', { last: { occurrence: '2026-11-14T09:30:00Z', missed: true } }, '14T12:00', []],
  [
    'once more what was refused',
    { last: { occurrence: '2026-11-14T09:30:00Z', problem: 'exists' } },
    '14T10:00',
    [['late', '11-14T09:30']],
  ],
])('%s', (_what, more, now, expected) => {
  expect(kinds(more, now)).toEqual(expected);
});
