/** Which occurrences of a schedule want something done. Pure: given the time, the same schedule gives the same answer. */
import { TTL_MIN_SECONDS } from '../../domain/request/deploy.ts';
import { nextOccurrence } from '../../domain/schedule/recurrence.ts';
import type { Schedule } from '../../entities/schedules.ts';

/** `ahead`: deploy it for its time. `late`: its time has come and it is still of use. `over`: it is not. */
export interface Pending {
  kind: 'ahead' | 'late' | 'over';
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** Until its event would have ended; seconds. */
  left: number;
}

/** A control plane that was away for longer tells of the last so many. */
const LONGEST_LOOK_BACK = 62 * 86_400_000;

/** Everything up to here is settled: deployed, told as missed, or before the schedule was made. */
function settledUntil({ since, last }: Schedule, now: number): number {
  const settled = last && (last.deploymentId !== undefined || last.missed);
  const seen = last ? Date.parse(last.occurrence) - (settled ? 0 : 1) : 0;
  return Math.max(seen, Date.parse(since ?? '') || (last ? 0 : now), now - LONGEST_LOOK_BACK);
}

/**
 * The occurrences that wait, in order, at most one of them `late` or `ahead`: the name of their event is the same.
 * @param ttlSeconds of the event
 */
export function pending(schedule: Schedule, ttlSeconds: number, now: number): Pending[] {
  const found: Pending[] = [];
  let at = nextOccurrence(schedule, settledUntil(schedule, now));
  for (; at <= now; at = nextOccurrence(schedule, at)) {
    const left = Math.floor((at - now) / 1000 + ttlSeconds);
    if (left >= TTL_MIN_SECONDS) return [...found, { kind: 'late', at, left }];
    found.push({ kind: 'over', at, left });
  }
  if (at - now <= schedule.aheadSeconds * 1000) found.push({ kind: 'ahead', at, left: ttlSeconds });
  return found;
}
