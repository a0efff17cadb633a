import { own } from '../own.ts';

/**
 * Fallback prices in US dollars, pay-as-you-go, East US, for when the live price list is not asked.
 * Container prices: Azure Retail Prices API as of the date below. Windows machine prices include the licence; they and
 * the prices of disk and address are list prices not re-checked on that date.
 */
export const PRICES = {
  asOf: '2026-08-27',
  currency: 'USD',
  containerCpuHour: 0.0405,
  containerGbHour: 0.00445,
  publicIpHour: 0.005,
  /** Premium SSD P10 (128 GB): 19.71 a month of 730 hours. */
  diskHour: 19.71 / 730,
  /** Windows, per hour. */
  windowsVmHour: {
    standard_d2s_v3: 0.188,
    standard_d2s_v5: 0.188,
    standard_d4s_v3: 0.376,
    standard_d4s_v5: 0.376,
    standard_d8s_v3: 0.752,
    standard_d8s_v5: 0.752,
    standard_b2ms: 0.0912,
  } as Readonly<Record<string, number>>,
  /** Windows D-series per vCPU: the estimate for a size that is not listed. */
  windowsCpuHour: 0.094,
  /** Share of the price a spot machine usually costs; a prior, it moves with the market. */
  spotShare: 0.4,
} as const;

/** Price of a Windows machine in dollars per hour; sizes not listed are estimated from the vCPU count in their name. */
export function machineHour(vmSize: string, spot: boolean): number {
  const cpus = Number(/^standard_[a-z]+(\d+)/i.exec(vmSize)?.[1] ?? 2);
  const price = own(PRICES.windowsVmHour, vmSize.toLowerCase()) ?? cpus * PRICES.windowsCpuHour;
  return spot ? price * PRICES.spotShare : price;
}

/** Price of a container group in dollars per hour. */
export const containerHour = (cpu: number, memoryGb: number): number =>
  cpu * PRICES.containerCpuHour + memoryGb * PRICES.containerGbHour;

/** Dollars rounded to hundredths of a cent, so that sums read well. */
export const roundMoney = (dollars: number): number => Math.round(dollars * 10_000) / 10_000;
