/** What containers have written can be read while they are there, and from Log Analytics when they are gone. */
import { afterEach, expect, test } from 'vitest';
import { deploy, journal, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

interface Logs {
  logs: { component: string; text: string; source: string }[];
}
const logs = () => world.call<Logs>('GET', '/api/events/demo/logs');
const sent = async (method: string) => {
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  return requests.flatMap((one) =>
    one.method === method && /\/diagnosticSettings\//i.test(one.path) ? [one.path.split('/').at(-5)] : [],
  );
};

test('lines of an event that is gone come from the workspace, and no setting of its containers is left', async () => {
  world = await World.create({ seed: 'logs' });
  await deploy(world, 'demo');
  await world.until('demo', ['live']);
  await world.pass(600);
  const there = (await logs()).body.logs;
  expect(there.map(({ component, source }) => [component, source])).toEqual([
    ['relay', 'container'],
    ['slides', 'container'],
  ]);
  await teardown(world, 'demo');
  await world.until('demo', ['gone']);
  expect(await sent('DELETE')).toEqual(await sent('PUT'));
  // Azure takes some minutes until the last ones can be found.
  await world.pass(600);
  const { body } = await logs();
  expect(body.logs.map(({ component, source }) => [component, source])).toEqual([
    ['relay', 'workspace'],
    ['slides', 'workspace'],
  ]);
  for (const { text } of body.logs) expect(text).toMatch(/^\d{4}-\d\d-\d\dT\S+Z \[info\] working\n$/m);
  expect(JSON.stringify(world.simulator.kernel.resources.ofType('Microsoft.Insights/diagnosticSettings'))).toBe('[]');
});

test('an event does not fail because its lines cannot be kept: that is said, and the lines of the living are there', async () => {
  const match = { type: 'Microsoft.Insights/diagnosticSettings' };
  const outcome = { kind: 'error', status: 403, code: 'AuthorizationFailed' };
  world = await World.create({ seed: 'logs refused', faults: [{ match, outcome }] });
  await deploy(world, 'demo');
  await world.until('demo', ['live']);
  expect(await journal(world, 'demo')).toContainEqual(
    expect.stringMatching(/^node-warning .*relay.*: its lines are not kept in Log Analytics: AuthorizationFailed/),
  );
  expect((await logs()).body.logs.map(({ source }) => source)).toEqual(['container', 'container']);
  await teardown(world, 'demo');
  await world.until('demo', ['gone']);
  const { body } = await logs();
  expect(body.logs.map(({ text }) => text)).toEqual(Array(2).fill('(Log Analytics has no lines of it, or none yet)'));
});

test('without a workspace nothing is kept, and a gone event says which setting would keep it', async () => {
  world = await World.create({ seed: 'no logs', settings: { LOG_WORKSPACE_ID: '', LOG_WORKSPACE_CUSTOMER_ID: '' } });
  await deploy(world, 'demo');
  await world.until('demo', ['live']);
  await teardown(world, 'demo');
  await world.until('demo', ['gone']);
  const { status, text } = await logs();
  expect([status, text]).toEqual([410, expect.stringContaining('LOG_WORKSPACE_ID')]);
  expect([...(await sent('PUT')), ...(await sent('DELETE'))]).toEqual([]);
});
