import { own } from '../own.ts';

/**
 * Prices in US dollars, pay-as-you-go, for when the live price list is not asked: East US, times what a region costs relative
 * to it. Container prices: Azure Retail Prices API as of the date below. Machines, disks and addresses: public price tables,
 * not re-checked on that date; a Windows machine is its Linux price plus the licence per vCPU.
 */
export const PRICES = {
  asOf: '2026-08-27',
  currency: 'USD',
  containerCpuHour: 0.0405,
  containerGbHour: 0.00445,
  publicIpHour: 0.005,
  windowsLicenceCpuHour: 0.046,
  /** Share of the price a spot machine usually costs; a prior, it moves with the market. */
  spotShare: 0.2,
} as const;

/** Linux price per vCPU and hour of the series whose price is linear in vCPUs. */
const PER_CPU: readonly [pattern: RegExp, price: number][] = [
  [/^standard_ds\d+_v2$/, 0.073],
  [/^standard_d\d+ads_v5$/, 0.0515],
  [/^standard_b\d+s_v2$/, 0.0416],
  [/^standard_d\d+s_v6$/, 0.0505],
  [/^standard_d\d+ds_v5$/, 0.0565],
  [/^standard_d\d+as_v5$/, 0.043],
  [/^standard_e\d+s_v[35]$/, 0.063],
  [/^standard_f\d+s_v2$/, 0.0423],
  [/^standard_nv\d+ads_a10_v5$/, 0.0757],
  [/^standard_nc\d+as_t4_v3$/, 0.1315],
];
/** Of a series that is not listed: as the general purpose ones (D v3 to v5). */
const USUAL_CPU = 0.048;

/** Windows sizes with a price of their own. */
const WINDOWS_HOUR: Readonly<Record<string, number>> = {
  standard_b1s: 0.0144,
  standard_b1ms: 0.0247,
  standard_b2s: 0.0496,
  standard_b2ms: 0.0912,
  standard_b4ms: 0.182,
  standard_b8ms: 0.365,
};
/** The first DSv2 sizes are numbered, not named after their vCPUs. */
const DS_V2_CPUS: Readonly<Record<string, number>> = { '1': 1, '2': 2, '3': 4, '4': 8, '5': 16 };

/** Standard SSD by the size in GiB that a tier holds: dollars per month. A disk pays its whole tier. */
const DISK_MONTH: readonly [gb: number, perMonth: number][] = [
  [32, 2.4],
  [64, 4.8],
  [128, 9.6],
  [256, 19.2],
  [512, 38.4],
  [1024, 76.8],
];
const HOURS_PER_MONTH = 730;

/** What a region costs relative to East US, rounded from public price comparisons; 1 where nothing is known. */
const REGION_FACTOR: Readonly<Record<string, number>> = {
  centralus: 1.05,
  northeurope: 1.1,
  westeurope: 1.15,
  uksouth: 1.15,
  francecentral: 1.15,
  germanywestcentral: 1.15,
  swedencentral: 1.05,
  switzerlandnorth: 1.25,
  brazilsouth: 1.6,
};
const factor = (region: string): number => own(REGION_FACTOR, region) ?? 1;

function cpusOf(size: string): number {
  const dsV2 = /^standard_ds(\d+)_v2$/.exec(size)?.[1];
  if (dsV2 !== undefined) return own(DS_V2_CPUS, dsV2) ?? 2;
  return Number(/^standard_[a-z]+(\d+)/.exec(size)?.[1] ?? 2);
}

/** Price of a Windows machine in dollars per hour; a size not listed is estimated from the vCPU count in its name. */
export function machineHour(vmSize: string, spot: boolean, region: string): number {
  const size = vmSize.toLowerCase();
  const perCpu = PER_CPU.find(([pattern]) => pattern.test(size))?.[1] ?? USUAL_CPU;
  const price = own(WINDOWS_HOUR, size) ?? cpusOf(size) * (perCpu + PRICES.windowsLicenceCpuHour);
  return price * (spot ? PRICES.spotShare : 1) * factor(region);
}

/** Price of a container group in dollars per hour. */
export const containerHour = (cpu: number, memoryGb: number, region: string): number =>
  (cpu * PRICES.containerCpuHour + memoryGb * PRICES.containerGbHour) * factor(region);

/** Price of a machine's system disk in dollars per hour, whether its machine runs or not. */
export function diskHour(gb: number, region: string): number {
  const tier = DISK_MONTH.find(([holds]) => gb <= holds) ?? DISK_MONTH.at(-1);
  return ((tier?.[1] ?? 0) / HOURS_PER_MONTH) * factor(region);
}

/** Price of a static public address in dollars per hour, whether its machine runs or not. */
export const publicIpHour = (region: string): number => PRICES.publicIpHour * factor(region);

/** Dollars rounded to millionths, so that sums read well and a minute's cost is not lost. */
export const roundMoney = (dollars: number): number => Math.round(dollars * 1_000_000) / 1_000_000;
