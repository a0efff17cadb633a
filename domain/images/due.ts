/** When a scheduled build is due. */
import { nextOccurrence, type Rule } from '../schedule/recurrence.ts';

/** Milliseconds that a build may come late; what is older is left to the next time: nobody waits for an image of last week. */
const LATE = 6 * 3_600_000;

/**
 * The occurrence that is due, ms since the epoch; undefined while there is none.
 * @param since when the schedule was made, or the last occurrence that was dealt with
 */
export function dueBuild(rule: Rule, since: number, now: number): number | undefined {
  const occurrence = nextOccurrence(rule, Math.max(since, now - LATE));
  return occurrence <= now ? occurrence : undefined;
}
