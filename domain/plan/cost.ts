import { kindOf } from '../kinds/index.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Layout } from './layout.ts';
import { standingParts } from './parts.ts';
import { PRICES, roundMoney } from './prices.ts';

export interface CostEstimate {
  /** Dollars per hour while live. */
  perHour: number;
  /** Dollars for the whole time to live. */
  perEvent: number;
  currency: string;
  /** Date of the price list. */
  pricesAsOf: string;
}

/** Dollars per hour of everything that stands, while it runs and while it is paused; unrounded. */
export function hourOf(input: LifecycleInput, layout: Layout): { running: number; paused: number } {
  let [running, paused] = [0, 0];
  for (const part of standingParts(input, layout)) {
    const hour = kindOf(part.rule).hour(part);
    running += hour.running;
    paused += hour.paused;
  }
  return { running, paused };
}

/** What an event costs. Traffic and the control plane's own small cost are not in it. */
export function estimateCost(input: LifecycleInput, layout: Layout): CostEstimate {
  const { running } = hourOf(input, layout);
  return {
    perHour: roundMoney(running),
    perEvent: roundMoney((running * input.request.ttlSeconds) / 3600),
    currency: PRICES.currency,
    pricesAsOf: PRICES.asOf,
  };
}
