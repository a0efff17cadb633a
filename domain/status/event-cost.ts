import type { EventStatus } from '../../contract/api/event.ts';
import { estimateCost, hourOf } from '../plan/cost.ts';
import { roundMoney } from '../plan/prices.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { decodeStatus } from './decode.ts';
import type { EncodedStatus } from './encoded.ts';
import { costOf } from './event-status.ts';
import { layoutOf } from './parts.ts';

/** Body of `GET /api/events/{event}/cost`. Dollars. */
export interface EventCost extends Pick<EventStatus['cost'], 'perHour' | 'soFar' | 'currency'> {
  /** What all of it will have cost at its end, if it goes on as it is now. */
  perEvent: number;
  pausedPerHour: number;
  pricesAsOf: string;
  budget?: DeployRequest['budget'];
}

/** @param now milliseconds since the Unix epoch */
export function eventCost(input: LifecycleInput, encoded: EncodedStatus, now: number): EventCost {
  const { request } = input;
  const status = decodeStatus(input, encoded);
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
