/** https://prices.azure.com/api/retail/prices from a dated table, and what the meter bills. */

import { LOCATIONS } from '../core/envelope.ts';
import { ArmError } from '../core/errors.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import type { JsonObject } from '../core/json.ts';
import type { Provider } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { parseFilter } from './filter.ts';
import { pricePerHour } from './meters.ts';
import { PRICE_ROWS, PRICED_REGIONS, PRICES_DATED, type PriceRow, regionFactor } from './table.ts';

const PAGE = 1000;
/** Units of the currency for one US dollar; dated as the prices are, for looking only. */
const CURRENCIES: Readonly<Record<string, number>> = { USD: 1, EUR: 0.92, GBP: 0.79, CHF: 0.88 };

function item(sim: Sim<'chance'>, row: PriceRow, region: string, currency: string): JsonObject {
  const key = `${row.productName} ${row.meterName} ${row.armSkuName}`;
  const price = Math.round(row.retailPrice * regionFactor(region) * (CURRENCIES[currency] ?? 1) * 1e6) / 1e6;
  const { productName, skuName, meterName, serviceName, armSkuName, unitOfMeasure } = row;
  return {
    currencyCode: currency,
    tierMinimumUnits: 0,
    retailPrice: price,
    unitPrice: price,
    armRegionName: region,
    location: LOCATIONS[region] ?? region,
    effectiveStartDate: PRICES_DATED,
    meterId: sim.chance.guid('meter', key, region),
    meterName,
    productId: `DZH${sim.chance.guid('product', productName).slice(0, 9).toUpperCase()}`,
    skuId: `DZH${sim.chance.guid('sku', key).slice(0, 9).toUpperCase()}/${sim.chance.guid('sku', key).slice(9, 13).toUpperCase()}`,
    productName,
    skuName,
    serviceName,
    serviceId: `DZH${sim.chance.guid('service', serviceName).slice(0, 9).toUpperCase()}`,
    serviceFamily: FAMILY[serviceName] ?? 'Other',
    unitOfMeasure,
    type: 'Consumption',
    isPrimaryMeterRegion: true,
    armSkuName,
  };
}
const FAMILY: Readonly<Record<string, string>> = {
  'Virtual Machines': 'Compute',
  'Container Instances': 'Containers',
  Storage: 'Storage',
  'Virtual Network': 'Networking',
  Bandwidth: 'Networking',
};

function retail(sim: Sim<'chance'>, request: SimRequest): SimResponse {
  const { pathname, searchParams: query } = request.url;
  if (pathname.replace(/\/$/, '') !== '/api/retail/prices' || request.method !== 'GET')
    throw new ArmError(404, 'NotFound', `There is no ${request.method} ${pathname} here; ask GET /api/retail/prices.`);
  const currency = (query.get('currencyCode') ?? 'USD').replaceAll("'", '').toUpperCase();
  const filter = query.get('$filter');
  const test = parseFilter(filter);
  const all = PRICED_REGIONS.flatMap((region) => PRICE_ROWS.map((row) => item(sim, row, region, currency))).filter(
    test,
  );
  const skip = Number(query.get('$skip') ?? 0);
  if (!Number.isInteger(skip) || skip < 0)
    throw new ArmError(400, 'BadRequest', 'Invalid OData parameters supplied: $skip');
  const items = all.slice(skip, skip + PAGE);
  const next = new URL(request.url);
  next.searchParams.set('$skip', String(skip + PAGE));
  return {
    status: 200,
    body: {
      BillingCurrency: currency,
      CustomerEntityId: 'Default',
      CustomerEntityType: 'Retail',
      Items: items,
      NextPageLink: skip + PAGE < all.length ? next.href : null,
      Count: items.length,
    },
  };
}

export const prices: Provider<'chance'> = {
  namespace: 'Microsoft.Resources',
  types: [],
  hosts: [{ matches: (host) => host === 'prices.azure.com', handle: retail }],
  price: pricePerHour,
};
