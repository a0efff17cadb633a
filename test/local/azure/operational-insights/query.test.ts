import { afterEach, beforeEach, expect, test } from 'vitest';
import { relay } from '../container-instance/groups.ts';
import { SUBSCRIPTION, type World, world } from '../world.ts';

const CUSTOMER = '00000000-0000-0000-0000-000000000002';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/relay`;
const WORKSPACE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stream-control/providers/Microsoft.OperationalInsights/workspaces/streamcontrol`;

let w: World;
beforeEach(async () => {
  w = await world();
  await w.group();
  await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', relay()));
});
afterEach(() => w.close());

const send = (method: string, url: string, body?: object, headers: Record<string, string> = {}) =>
  w.run(
    w.simulator.handle({
      method,
      url: new URL(url),
      headers: { authorization: 'Bearer x', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
const setting = (method: string) =>
  send(
    method,
    `https://management.azure.com${GROUP}/providers/Microsoft.Insights/diagnosticSettings/ours?api-version=2021-05-01-preview`,
    method === 'PUT'
      ? { properties: { workspaceId: WORKSPACE, logs: [{ category: 'ContainerInstanceLog', enabled: true }] } }
      : undefined,
  );
const ask = (query: string, more: object = {}, customer = CUSTOMER) =>
  send('POST', `https://api.loganalytics.io/v1/workspaces/${customer}/query`, { query, ...more });
const OURS = `ContainerInstanceLog | where _ResourceId =~ "${GROUP}"`;
const lines = async (query = OURS, more: object = {}) => {
  const { status, body } = await ask(query, more);
  expect(status).toBe(200);
  return (
    (body as { tables: { rows: string[][] }[] }).tables[0]?.rows.map(([at = '', , text = '']) => ({ at, text })) ?? []
  );
};

test('a setting has lines kept from then on, found after some minutes, and still when the group is gone', async () => {
  await w.pass(60);
  expect(await lines()).toEqual([]);
  const before = new Date(w.clock.now()).toISOString();
  expect((await setting('PUT')).status).toBeLessThan(300);
  await w.pass(60);
  expect(await lines()).toEqual([]);
  await w.pass(300);
  const found = await lines();
  expect(found.length).toBeGreaterThan(5);
  // What was written before the setting is not there.
  expect(found.every(({ at }) => at >= before)).toBe(true);
  expect((await setting('DELETE')).status).toBe(200);
  await w.run(w.containers.containerGroups.beginDeleteAndWait('rg', 'relay'));
  await w.pass(600);
  const later = await lines();
  expect(later.slice(0, found.length)).toEqual(found);
  expect(await lines(`${OURS} | top 2 by TimeGenerated desc`)).toEqual(later.slice(-2).reverse());
  expect(await lines('ContainerInstanceLog | where _ResourceId =~ "/other"')).toEqual([]);
  const at = later[3]?.at ?? '';
  expect(await lines(OURS, { timespan: `${at}/${at}` })).toEqual([later[3]]);
});

test.each([
  ['AzureActivity', /Failed to resolve table/],
  [`${OURS} | summarize count()`, /recognition error/],
])('%s is refused as a query', async (query, why) => {
  const { status, body } = await ask(query);
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toMatch(why);
});

test('nobody asks without a token, another workspace, or without the right', async () => {
  const url = `https://api.loganalytics.io/v1/workspaces/${CUSTOMER}/query`;
  expect(await send('POST', url, { query: OURS }, { authorization: '' })).toMatchObject({ status: 401 });
  expect(await ask(OURS, {}, 'elsewhere')).toMatchObject({ status: 404 });
  expect(await send('GET', url)).toMatchObject({ status: 404 });
  await w.raw('PUT', '/_sim/settings', { rbac: true });
  const oid = '55555555-5555-5555-5555-555555555555';
  const token = `Bearer x.${Buffer.from(JSON.stringify({ appid: oid, oid })).toString('base64url')}.x`;
  expect(await send('POST', url, { query: OURS }, { authorization: token })).toMatchObject({
    status: 403,
    body: { error: { code: 'InsufficientAccessError' } },
  });
});
