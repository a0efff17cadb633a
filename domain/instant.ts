/** Points in time as they are written: ISO 8601 with a zone, and only moments that the calendar has. */

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-](\d\d):(\d\d))$/;

/**
 * Reads an ISO 8601 time with a zone. `Date.parse` alone moves what does not exist: 30 February becomes 2 March.
 * @returns milliseconds since the Unix epoch, or undefined when the text is none or names a moment that never comes
 */
export function parseInstant(text: unknown): number | undefined {
  const match = typeof text === 'string' ? INSTANT.exec(text) : null;
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ahead = 0, aheadMinutes = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  // Day 0 of the next month is the last of this one.
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const exists = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= days;
  const shown = hour <= 23 && minute <= 59 && second <= 59 && ahead <= 14 && aheadMinutes <= 59;
  if (!exists || !shown) return undefined;
  const time = Date.parse(match[0]);
  return Number.isFinite(time) ? time : undefined;
}
