import { afterAll, beforeAll, expect, test } from 'vitest';
import { driftSchema } from '../../contract/api/drift.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'drift' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], ttl: '12h' });
  await world.until('demo', ['live']);
});
afterAll(() => world.stop());

const drift = async () => driftSchema.parse((await world.call('GET', '/api/events/demo/drift')).body);
const arm = async (method: string, id: string, body?: unknown, version = '2024-05-01') => {
  const answer = await world.clock.track(
    world.simulator.handle({
      method,
      url: new URL(`https://management.azure.com${id}?api-version=${version}`),
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body as { tags?: object; location: string; properties: { securityRules: unknown[] } };
};

test('what nobody has touched is as planned, and looking changes nothing', async () => {
  await world.sim('DELETE', '/_sim/requests');
  const found = await drift();
  expect(found.differences).toEqual([]);
  expect(found.strangers).toEqual([]);
  // Group, two security groups, network, two container groups, and three for the machine.
  expect(found.looked).toBe(9);
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(requests.filter(({ path }) => path.includes('/secrets/'))).toEqual([]);
});

test('an extension is the plan’s own', async () => {
  await world.call('POST', '/api/events/demo/extend', { ttl: '14h' });
  await world.pass(60);
  expect((await drift()).differences).toEqual([]);
});

test('a rule changed by hand, one too many and a stranger are seen, told once, and gone when put back', async () => {
  const all = await world.resources();
  const nsg = all.find(({ name }) => name.includes('mixers') && name.includes('nsg'));
  const before = await arm('GET', nsg?.id ?? '');
  const open = {
    name: 'Open',
    properties: {
      priority: 200,
      direction: 'Inbound',
      access: 'Allow',
      protocol: '*',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '*',
    },
  };
  const [deny] = before.properties.securityRules as (typeof open)[];
  const changed = [{ ...deny, properties: { ...deny?.properties, access: 'Allow' } }, open];
  await arm('PUT', nsg?.id ?? '', { ...before, properties: { securityRules: changed } });
  await arm('PUT', `${nsg?.id.replace(/[^/]+$/, '')}somebody`, { location: before.location, properties: {} });
  await world.pass(30);

  const found = await drift();
  expect(found.differences.map(({ path, planned, actual }) => [path, planned, actual])).toEqual([
    ['properties.securityRules[Deny-Inbound].properties.access', 'Deny', 'Allow'],
    ['properties.securityRules[Open]', null, expect.objectContaining({ name: 'Open' })],
  ]);
  expect(found.strangers).toMatchObject([{ name: 'somebody' }]);

  await world.pass(35 * 60);
  type Checks = { checks: { name: string; outcome: string; detail: string }[] };
  const plan = async () =>
    (await world.call<Checks>('GET', '/api/health?checks=true')).body.checks.find(({ name }) => name === 'plan');
  expect(await plan()).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('demo (3: mixers-nsg') });
  // Nothing of it is healed by itself: whoever did it may have had a reason.
  expect((await world.call('GET', '/api/status/demo')).body.state).toBe('live');

  await arm('PUT', nsg?.id ?? '', before);
  await arm('DELETE', `${nsg?.id.replace(/[^/]+$/, '')}somebody`);
  await world.pass(3600);
  expect((await drift()).differences).toEqual([]);
  expect(await plan()).toMatchObject({ outcome: 'pass' });
  const { body } = await world.call<unknown[]>('GET', '/durabletask/instances?showInput=true&top=1000');
  const told = body.filter(
    (one) =>
      JSON.stringify(one).includes('"kind":"drift"') ||
      String((one as { instanceId: string }).instanceId).includes('-drift-'),
  );
  expect(told).toHaveLength(1);
});

test('a resource that somebody deleted is gone', async () => {
  const slides = (await world.resources()).find(
    ({ name, type }) => type.endsWith('/containerGroups') && name.includes('slides'),
  );
  await arm('DELETE', slides?.id ?? '', undefined, '2023-05-01');
  await world.pass(10);
  expect((await drift()).differences).toMatchObject([{ node: 'slides', path: '', actual: null }]);
});
