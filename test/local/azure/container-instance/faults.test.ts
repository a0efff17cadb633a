import { afterEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';
import { relay } from './groups.ts';

let w: World;
afterEach(() => w.close());

const TYPE = 'Microsoft.ContainerInstance/containerGroups';
const start = async (outcome: object, more: object = {}) => {
  w = await world({ faults: [{ match: { type: TYPE, operation: 'create' }, outcome, ...more }] });
  await w.group();
};
const create = () => w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', relay());
const get = () => w.run(w.containers.containerGroups.get('rg', 'relay'));
const container = async () => (await get()).containers[0]?.instanceView;
const health = async () => {
  const url = new URL('https://demo-relay.westeurope.azurecontainer.io:8080/health');
  try {
    return (await w.run(w.simulator.handle({ method: 'GET', url, headers: {} }))).status;
  } catch {
    return 'refused';
  }
};

test('an image that never comes: BackOff events grow, the group stays, tries on and bills on', async () => {
  await start({ kind: 'operation-fails', code: 'ImagePullBackOff', message: 'The image could not be pulled.' });
  const poller = await w.run(w.containers.containerGroups.beginCreateOrUpdate('rg', 'relay', relay()));
  await w.pass(12);
  const early = await container();
  expect(early?.events?.map((event) => event.name)).toEqual(['Pulling', 'Failed', 'BackOff']);
  expect(early?.currentState).toMatchObject({ state: 'Waiting', detailStatus: 'ImagePullBackOff' });
  const error = await w.refused(poller.pollUntilDone());
  expect(error.message).toBe('The long-running operation has failed. ImagePullBackOff. The image could not be pulled.');
  const before = (await container())?.events?.at(-1)?.count ?? 0;
  await w.pass(1800);
  const group = await get();
  expect(group.provisioningState).toBe('Failed');
  expect(group.containers[0]?.instanceView?.events?.at(-1)).toMatchObject({
    name: 'BackOff',
    message: 'Back-off pulling image "nginx:1.29"',
  });
  expect(group.containers[0]?.instanceView?.events?.at(-1)?.count).toBeGreaterThan(before);
  expect(w.rate()).toBeGreaterThan(0);
  await w.run(w.containers.containerGroups.stop('rg', 'relay'));
  expect(w.rate()).toBe(0);
});

test('a crash loop: restarts grow with longer and longer waits, success of the create says nothing of it', async () => {
  await start({ kind: 'crash-loop' });
  expect((await w.run(create())).provisioningState).toBe('Succeeded');
  await w.pass(60);
  const early = (await container())?.restartCount ?? 0;
  expect(early).toBeGreaterThan(0);
  await w.pass(600);
  const late = (await container())?.restartCount ?? 0;
  expect(late).toBeGreaterThan(early);
  await w.pass(600);
  expect(((await container())?.restartCount ?? 0) - late).toBeLessThanOrEqual(3);
  expect((await container())?.events?.map((event) => event.name)).toContain('BackOff');
});

test('maintenance restarts the containers with exit code 7147 and another address, under the same name', async () => {
  await start({ kind: 'change-ip', seconds: 120 });
  const before = await w.run(create());
  await w.pass(150);
  const after = await get();
  expect(after.ipAddress?.ip).not.toBe(before.ipAddress?.ip);
  expect(after.ipAddress?.fqdn).toBe(before.ipAddress?.fqdn);
  expect(after.containers[0]?.instanceView).toMatchObject({ restartCount: 1, previousState: { exitCode: 7147 } });
  expect(after.containers[0]?.instanceView?.events?.map((event) => event.name)).toContain('Killing');
  expect(await health()).toBe(200);
});

test.each([
  ['unhealthy', 503],
  ['silent', 'refused'],
])('%s: the health port answers %s, and a restart heals it', async (kind, expected) => {
  await start({ kind, seconds: 60 });
  await w.run(create());
  await w.pass(30);
  expect(await health()).toBe(200);
  await w.pass(60);
  expect(await health()).toBe(expected);
  await w.run(w.containers.containerGroups.beginRestartAndWait('rg', 'relay'));
  await w.pass(30);
  expect(await health()).toBe(200);
});

test('no capacity in a region is 409 ServiceUnavailable at once, and leaves nothing', async () => {
  await start({ kind: 'error', status: 409, code: 'ServiceUnavailable', message: 'not available in the location' });
  expect(await w.refused(create())).toMatchObject({ statusCode: 409, code: 'ServiceUnavailable' });
  expect(await w.refused(w.containers.containerGroups.get('rg', 'relay'))).toMatchObject({ statusCode: 404 });
});

test('a slow pull takes its eighteen minutes, and the events say where it is', async () => {
  await start({ kind: 'slow', seconds: 1080 });
  const poller = await w.run(w.containers.containerGroups.beginCreateOrUpdate('rg', 'relay', relay()));
  await w.pass(900);
  expect((await container())?.events?.map((event) => event.name)).toEqual(['Pulling']);
  expect((await get()).provisioningState).toBe('Creating');
  await w.run(poller.pollUntilDone());
  expect((await container())?.events?.at(-1)?.name).toBe('Started');
});
