import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  // A Saturday, 08:00 UTC.
  world = await World.create({ seed: 'schedules' });
});
afterAll(() => world.stop());

const KEY = 'canary-of-the-schedule';
const service = {
  name: 'vespers',
  days: ['saturday'],
  at: '10:30',
  timeZone: 'Europe/Zurich',
  ahead: '2h',
  request: { event: 'vespers', languages: ['original'], ttl: '2h', youtubeKeys: { original: KEY } },
};
type Listed = { schedules: { name: string; next: string; last: { deploymentId?: string; problem?: string } | null }[] };
const list = async () => (await world.call<Listed>('GET', '/api/schedules')).body.schedules;

test('a schedule is validated as deeply as what it will deploy', async () => {
  const { status, body } = await world.call('POST', '/api/schedules', {
    ...service,
    days: ['someday'],
    timeZone: 'Mars/Olympus',
    at: '25:00',
  });
  expect(status).toBe(400);
  const paths = (body.errors as { path: string }[]).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['days[0]', 'timeZone', 'at']));
  const bad = await world.call('POST', '/api/schedules', {
    ...service,
    request: { ...service.request, region: 'atlantis' },
  });
  expect(bad).toMatchObject({ status: 400, body: { errors: [{ path: 'request.region' }] } });
});

test('it deploys itself once, in time, with its keys, and again only the week after', async () => {
  const made = await world.call('POST', '/api/schedules', service);
  expect(made).toMatchObject({ status: 201, body: { next: '2026-11-21T09:30:00.000Z' } });
  const { upcoming } = made.body as { upcoming: string[] };
  expect([upcoming[0], upcoming.length]).toEqual(['2026-11-21T09:30:00.000Z', 8]);
  expect(made.text + (await world.call('GET', '/api/schedules')).text).not.toContain(KEY);
  await world.pass(12 * 60);
  const [first] = await list();
  expect(first?.last?.deploymentId).toMatch(/^vespers-k-/);
  await world.pass(10 * 60);
  expect((await list())[0]?.last).toEqual(first?.last);
  const live = await world.until('vespers', ['live'], 2 * 3600);
  expect(Date.parse(String(live.readyAt))).toBeLessThanOrEqual(Date.parse('2026-11-21T09:30:00Z'));
  await world.pass(60);
  const status = await world.call<{ connection: { mixers: { streaming: boolean }[] } }>('GET', '/api/status/vespers');
  expect(status.body.connection.mixers).toMatchObject([{ streaming: true }]);
});

test('a name that is taken is told, and removing the schedule leaves the event', async () => {
  await world.call('POST', '/api/schedules', { ...service, name: 'again', at: '11:00' });
  await world.pass(6 * 60);
  expect((await list()).find(({ name }) => name === 'again')?.last?.problem).toContain('exists');
  expect((await world.call('DELETE', '/api/schedules/vespers')).status).toBe(200);
  expect((await world.call('DELETE', '/api/schedules/nothing')).status).toBe(404);
  expect((await list()).map(({ name }) => name)).toEqual(['again']);
  expect((await world.call('GET', '/api/status/vespers')).body.state).toBe('live');
});
