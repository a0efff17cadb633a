import type { EventCost } from '../../contract/api/cost.ts';
import { readStatus } from '../lifecycle/machine.ts';
import { estimateCost, hourOf } from '../plan/cost.ts';
import { roundMoney } from '../plan/prices.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { EncodedStatus } from './encoded.ts';
import { costOf } from './event-status.ts';
import { layoutOf } from './parts.ts';

/** What an event costs, has cost and will have cost. @param now milliseconds since the Unix epoch */
export function eventCost(input: LifecycleInput, encoded: EncodedStatus, now: number): EventCost {
  const { request } = input;
  const status = readStatus(input, encoded);
  const cost = costOf(status, now);
  const layout = layoutOf(input, status);
  const { perEvent, pricesAsOf } = estimateCost(input, layout);
  const hoursLeft = Math.max(0, Date.parse(status.expiresAt ?? '') - now) / 3_600_000;
  const over = status.endedAt !== undefined;
  const begun = over || (status.liveAt !== undefined && Number.isFinite(hoursLeft));
  return {
    ...cost,
    perEvent: begun ? roundMoney(cost.soFar + (over ? 0 : cost.perHour * hoursLeft)) : perEvent,
    pausedPerHour: roundMoney(hourOf(input, layout).paused),
    pricesAsOf,
    ...(request.budget ? { budget: request.budget } : {}),
  };
}
