import type { Template } from '../template.ts';
import { containerHour, machineHour, PRICES, roundMoney } from './prices.ts';

export interface CostEstimate {
  /** Dollars per hour while live. */
  perHour: number;
  /** Dollars for the whole time to live. */
  perEvent: number;
  currency: string;
  /** Date of the price list. */
  pricesAsOf: string;
}

/** Dollars per hour of each thing that is billed, by ARM type (`relay` and `slides` by role). */
export const hourlyPrices = (template: Template, spot: boolean) => ({
  relay: containerHour(template.relay.cpu, template.relay.memoryGb),
  slides: containerHour(template.slides.cpu, template.slides.memoryGb),
  machine: (vmSize: string) => machineHour(vmSize, spot),
  publicIp: PRICES.publicIpHour,
  disk: PRICES.diskHour,
});

/**
 * What an event costs. Traffic and the control plane's own small cost are not in it.
 * @param vmSizes one per machine
 */
export function estimateCost(
  template: Template,
  vmSizes: readonly string[],
  spot: boolean,
  ttlSeconds: number,
): CostEstimate {
  const price = hourlyPrices(template, spot);
  const machines = vmSizes.reduce((sum, size) => sum + price.machine(size) + price.publicIp + price.disk, 0);
  const perHour = price.relay + price.slides + machines;
  return {
    perHour: roundMoney(perHour),
    perEvent: roundMoney((perHour * ttlSeconds) / 3600),
    currency: PRICES.currency,
    pricesAsOf: PRICES.asOf,
  };
}

/** Dollars per hour of what stays billed while an event is paused: addresses and disks. */
export const pausedPerHour = (machines: number): number =>
  roundMoney(machines * (PRICES.publicIpHour + PRICES.diskHour));
