/** Names of the meters that the simulator bills by, and their prices per hour. */
import type { Meter } from '../core/provider.ts';
import { DISK_TIERS, PRICE_ROWS, regionFactor } from './table.ts';

const HOURS_PER_MONTH = 730;

/** Key of a row: VM meters need the size and whether Windows is in the price, others the meter's name alone. */
const keyOf = (row: (typeof PRICE_ROWS)[number]): string =>
  row.armSkuName === ''
    ? row.meterName
    : vmKey(row.armSkuName, row.productName.endsWith('Windows') ? 'Windows' : 'Linux', row.meterName.endsWith('Spot'));

const vmKey = (size: string, os: 'Windows' | 'Linux', spot: boolean): string =>
  `${size.toLowerCase()} ${os}${spot ? ' Spot' : ''}`;

const PER_HOUR = new Map(
  PRICE_ROWS.map((row) => [
    keyOf(row),
    row.unitOfMeasure === '1/Month' ? row.retailPrice / HOURS_PER_MONTH : row.retailPrice,
  ]),
);

/** USD per hour of one unit of `meter` in `region`; undefined for a meter that the table does not have. */
export function pricePerHour(meter: string, region: string): number | undefined {
  const price = PER_HOUR.get(meter);
  return price === undefined ? undefined : price * regionFactor(region);
}

export const vmMeter = (size: string, os: 'Windows' | 'Linux', spot: boolean): Meter => ({
  meter: vmKey(size, os, spot),
  quantity: 1,
});

/** The tier that a disk of `gb` falls into is billed whole. */
export function diskMeter(sku: string, gb: number): Meter[] {
  const tiers = DISK_TIERS.filter((tier) => tier.sku.toLowerCase() === sku.toLowerCase());
  const tier = tiers.find((one) => gb <= one.gb) ?? tiers.at(-1);
  return tier ? [{ meter: `${tier.tier} LRS Disk`, quantity: 1 }] : [];
}
