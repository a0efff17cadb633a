import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

interface Page {
  Items: {
    retailPrice: number;
    meterName: string;
    armSkuName: string;
    productName: string;
    armRegionName: string;
    currencyCode: string;
  }[];
  NextPageLink: string | null;
  Count: number;
}
const ask = async (filter?: string, more = '') => {
  const query = `api-version=2023-01-01-preview${filter ? `&$filter=${encodeURIComponent(filter)}` : ''}${more}`;
  const response = await w.run(
    w.simulator.handle({
      method: 'GET',
      url: new URL(`https://prices.azure.com/api/retail/prices?${query}`),
      headers: {},
    }),
  );
  return { status: response.status, page: response.body as unknown as Page };
};

test.each([
  [
    "serviceName eq 'Container Instances' and armRegionName eq 'eastus' and meterName eq 'Standard vCPU Duration'",
    0.0405,
  ],
  ["serviceName eq 'Container Instances' and armRegionName eq 'eastus' and contains(meterName, 'Memory')", 0.00445],
  [
    "armSkuName eq 'Standard_D2s_v3' and armRegionName eq 'eastus' and productName eq 'Virtual Machines Dsv3 Series' and meterName eq 'D2s v3'",
    0.096,
  ],
  [
    "armSkuName eq 'Standard_D2s_v3' and armRegionName eq 'eastus' and contains(productName, 'Windows') and meterName ne 'D2s v3 Spot'",
    0.188,
  ],
  [
    "serviceName eq 'Virtual Network' and armRegionName eq 'eastus' and (meterName eq 'Standard IPv4 Static Public IP' or meterName eq 'none')",
    0.005,
  ],
  ["serviceName eq 'Storage' and armRegionName eq 'eastus' and meterName eq 'P10 LRS Disk'", 19.71],
])('%s', async (filter, price) => {
  const { page } = await ask(filter);
  expect(page.Items.map((one) => one.retailPrice)).toEqual([price]);
});

test('filter values keep their case; another currency is another price; a filter that is none is 400', async () => {
  expect((await ask("serviceName eq 'container instances'")).page.Count).toBe(0);
  const euro = await ask("armRegionName eq 'eastus' and meterName eq 'P10 LRS Disk'", "&currencyCode='EUR'");
  expect(euro.page.Items[0]).toMatchObject({ currencyCode: 'EUR' });
  expect(euro.page.Items[0]?.retailPrice).toBeLessThan(19.71);
  expect((await ask('serviceName is nice')).status).toBe(400);
});

test('pages of a thousand until there is no next one', async () => {
  const seen = new Set<string>();
  let { page } = await ask();
  for (;;) {
    expect(page.Items.length).toBeLessThanOrEqual(1000);
    for (const one of page.Items) seen.add(JSON.stringify(one));
    if (!page.NextPageLink) break;
    const next = await w.run(w.simulator.handle({ method: 'GET', url: new URL(page.NextPageLink), headers: {} }));
    page = next.body as unknown as Page;
  }
  expect(seen.size).toBeGreaterThan(2000);
});
