/** Who speaks for groups and secrets: forged groups stop nothing, and each claim alone keeps a secret. */
import { afterEach, expect, test } from 'vitest';
import { keyedDeploymentId } from '../../domain/names.ts';
import { arm, deploy, secretNames, settled, teardown } from '../system/look.ts';
import { START, World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

const HOUR = 3_600_000;
const location = 'westeurope';
/** Tags as stream-control writes them, of a deployment whose time has been over for a day. */
const tagsOf = (deployment: string, event: string) => ({
  'managed-by': 'stream-control',
  purpose: 'streaming-event',
  auto_cleanup: 'true',
  expires: new Date(START - 24 * HOUR).toISOString(),
  event,
  deployment,
});
const group = (name: string, tags: Record<string, string>) =>
  arm(world, 'PUT', `resourcegroups/${name}`, { location, tags });
const groups = async () =>
  new Set((await world.resources()).map(({ id }) => id.split('/')[4]).filter((name) => name !== 'stream-control'));
interface Report {
  reaped: { group: string }[];
  kept: { group: string; reason: string }[];
  refused?: string;
  secrets: string[];
}
const reap = async () => (await world.call<Report>('POST', '/api/reaper', {})).body;

/** A stream key of a deployment, as stream-control stores it. @returns its name */
async function secret(deployment: string): Promise<string> {
  const name = `${deployment}-stream-original`;
  const answer = await world.clock.track(
    world.simulator.handle({
      method: 'PUT',
      url: new URL(`https://mixers.vault.azure.net/secrets/${name}?api-version=7.5`),
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      body: JSON.stringify({ value: 'a-key', tags: { 'managed-by': 'stream-control', deployment } }),
    }),
  );
  expect(answer.status).toBe(200);
  return name;
}

test('six forged groups stop neither what is known to be over nor each other for want of shape', async () => {
  world = await World.create({ seed: 'forged groups' });
  const deploymentId = await deploy(world, 'known');
  const { resourceGroup } = await world.until('known', ['live']);
  await settled(world, String((await teardown(world, 'known')).body.operationId));
  // A request that was still on its way has brought it back.
  await group(String(resourceGroup), tagsOf(deploymentId, 'known'));
  for (let nth = 0; nth < 6; nth++) await group(`streaming-odd${nth}-1`, { ...tagsOf('x', `odd${nth}`) });
  const odd = await reap();
  expect([odd.refused, odd.reaped.map((each) => each.group)]).toEqual([undefined, [resourceGroup]]);
  expect(odd.kept.filter((each) => each.group.startsWith('streaming-odd'))).toHaveLength(6);

  await world.until('known', ['gone', 'failed']);
  await world.pass(600);
  expect(await groups()).not.toContain(resourceGroup);
  await group(String(resourceGroup), tagsOf(deploymentId, 'known'));
  for (let nth = 0; nth < 7; nth++)
    await group(`streaming-fine${nth}-1`, tagsOf(`fine${nth}-abc-12345678`, `fine${nth}`));
  // Perfect ones that nobody knows are too many at once; what is known has limits of its own.
  const fine = await reap();
  expect([fine.refused, fine.reaped.map((each) => each.group)]).toEqual([
    expect.stringContaining('7 of 13 '),
    [resourceGroup],
  ]);
  await world.pass(600);
  const left = await groups();
  expect(left).not.toContain(resourceGroup);
  for (let nth = 0; nth < 7; nth++) expect(left).toContain(`streaming-fine${nth}-1`);
}, 120_000);

test('a group keeps the secrets of its deployment, whatever else it looks like', async () => {
  world = await World.create({ seed: 'claim of a group' });
  const kept = await secret('claimed-abc-12345678');
  const orphan = await secret('nobody-abc-12345678');
  await group('anything', { Deployment: 'claimed-abc-12345678' });
  await world.pass(61 * 60);
  expect((await reap()).secrets.filter((name) => name === kept)).toEqual([]);
  expect(secretNames(world)).toContain(kept);
  expect(secretNames(world)).not.toContain(orphan);
  expect(await arm(world, 'DELETE', 'resourcegroups/anything')).toBeLessThan(300);
  await world.pass(30 * 60);
  expect(secretNames(world)).not.toContain(kept);
});

test('a schedule keeps the secrets of the deployment that it is about to start, and of no other', async () => {
  world = await World.create({ seed: 'claim of a schedule' });
  const occurrence = '2026-11-21T11:30:00.000Z';
  const schedule = {
    name: 'vespers',
    days: ['saturday'],
    at: '11:30',
    timeZone: 'UTC',
    ahead: '2h',
    request: { event: 'vespers', languages: ['original'], ttl: '2h' },
  };
  expect((await world.call('POST', '/api/schedules', schedule)).status).toBe(201);
  // An hour old when the occurrence becomes due, and not before.
  await world.pass(29 * 60 + 50);
  const due = await secret(keyedDeploymentId('vespers', 'schedule:vespers', occurrence));
  const later = await secret(keyedDeploymentId('vespers', 'schedule:vespers', '2026-11-28T11:30:00.000Z'));
  await world.pass(60 * 60 + 15);
  expect(new Date(world.clock.now()).toISOString()).toBe('2026-11-21T09:30:05.000Z');
  expect((await world.call('GET', '/api/status/vespers')).status).toBe(404);
  await reap();
  expect(secretNames(world)).toContain(due);
  expect(secretNames(world)).not.toContain(later);
});
