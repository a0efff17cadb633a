import type { Template } from '../template.ts';
import { containerHour, diskHour, machineHour, PRICES, publicIpHour, roundMoney } from './prices.ts';

export interface CostEstimate {
  /** Dollars per hour while live. */
  perHour: number;
  /** Dollars for the whole time to live. */
  perEvent: number;
  currency: string;
  /** Date of the price list. */
  pricesAsOf: string;
}

/** Size in GiB of a mixer's system disk where the template names none: that of the image. */
const IMAGE_DISK_GB = 127;

/** Dollars per hour of each thing that is billed (`relay` and `slides` by role), in a region. */
export const hourlyPrices = (template: Template, spot: boolean, region: string) => ({
  relay: containerHour(template.relay.cpu, template.relay.memoryGb, region),
  slides: containerHour(template.slides.cpu, template.slides.memoryGb, region),
  machine: (vmSize: string) => machineHour(vmSize, spot, region),
  publicIp: publicIpHour(region),
  disk: diskHour(template.mixer.osDiskGb ?? IMAGE_DISK_GB, region),
});

/** What an event costs per hour while everything of it runs; unrounded. @param vmSizes one per machine */
export function fullHour(template: Template, vmSizes: readonly string[], spot: boolean, region: string): number {
  const price = hourlyPrices(template, spot, region);
  const machines = vmSizes.reduce((sum, size) => sum + price.machine(size) + price.publicIp + price.disk, 0);
  return price.relay + price.slides + machines;
}

/**
 * What an event costs. Traffic and the control plane's own small cost are not in it.
 * @param vmSizes one per machine
 */
export function estimateCost(
  template: Template,
  vmSizes: readonly string[],
  request: { spot: boolean; ttlSeconds: number; regions: readonly string[] },
  region = request.regions[0] ?? '',
): CostEstimate {
  const perHour = fullHour(template, vmSizes, request.spot, region);
  return {
    perHour: roundMoney(perHour),
    perEvent: roundMoney((perHour * request.ttlSeconds) / 3600),
    currency: PRICES.currency,
    pricesAsOf: PRICES.asOf,
  };
}

/** Dollars per hour of what stays billed while an event is paused: addresses and disks. */
export function pausedPerHour(template: Template, region: string, machines: number): number {
  const { publicIp, disk } = hourlyPrices(template, false, region);
  return roundMoney(machines * (publicIp + disk));
}
