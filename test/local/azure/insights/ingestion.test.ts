import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';

let w: World;
let key: string;
let url: string;
beforeEach(async () => {
  w = await world();
  await w.group();
  const made = await w.raw(
    'PUT',
    `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/Microsoft.Insights/components/appi?api-version=2020-02-02`,
    { location: 'westeurope', kind: 'web', properties: { Application_Type: 'web' } },
  );
  const { properties } = made.body as { properties: { InstrumentationKey: string; ConnectionString: string } };
  key = properties.InstrumentationKey;
  url = `${/IngestionEndpoint=([^;]+?)\/;/.exec(properties.ConnectionString)?.[1]}/v2.1/track`;
});
afterEach(() => w.close());

const item = (iKey: string, more: object = {}) => ({
  name: 'Microsoft.ApplicationInsights.Metric',
  time: '2026-11-21T08:00:00.000Z',
  iKey,
  data: { baseType: 'MetricData', baseData: { ver: 2, metrics: [] } },
  ...more,
});

test('items of an installed component are taken, others named', async () => {
  expect(await w.raw('POST', url, [item(key)])).toMatchObject({
    status: 200,
    body: { itemsReceived: 1, itemsAccepted: 1, errors: [] },
  });
  const mixed = await w.raw('POST', url, [
    item(key),
    item('00000000-0000-0000-0000-000000000000'),
    item(key, { time: 'now' }),
  ]);
  expect(mixed).toMatchObject({
    status: 206,
    body: {
      itemsAccepted: 1,
      errors: [{ index: 1, statusCode: 400, message: 'Invalid instrumentation key' }, { index: 2 }],
    },
  });
});

test('what is no array of items, and any other address, is refused', async () => {
  expect(await w.raw('POST', url, { not: 'an array' })).toMatchObject({ status: 400 });
  expect(await w.raw('GET', url)).toMatchObject({ status: 404 });
});
