/** When a weekly event is next: wall-clock times in an IANA time zone, right over daylight-saving changes. */

export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Day = (typeof DAYS)[number];

export interface Rule {
  days: readonly Day[];
  /** `HH:MM`, on the wall of that place. */
  at: string;
  /** IANA name such as Europe/Zurich. */
  timeZone: string;
}

const DAY = 86_400_000;

/** Whether this runtime knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What clock and calendar of the zone show at a moment, as if it were UTC (milliseconds). */
function wallClock(moment: number, format: Intl.DateTimeFormat): number {
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour % 24, minute, second);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, known);
  return known;
}

/**
 * The moment at which clocks of the zone show `wall`. A time that comes twice (autumn) is the first of the two. One that is skipped
 * (spring) is later by the jump of the clock.
 */
function momentOf(wall: number, timeZone: string): number {
  const format = formatOf(timeZone);
  const offsetAt = (moment: number) => wallClock(moment, format) - moment;
  // Offsets change by hours at most, so those a day before and after are the only candidates.
  const before = offsetAt(wall - DAY);
  const after = offsetAt(wall + DAY);
  const candidates = [wall - before, wall - after].filter((moment) => wallClock(moment, format) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : wall - before;
}

/** The first occurrence strictly after `after` (milliseconds since the Unix epoch). */
export function nextOccurrence(rule: Rule, after: number): number {
  const [hours = 0, minutes = 0] = rule.at.split(':').map(Number);
  const days = new Set(rule.days.map((day) => DAYS.indexOf(day)));
  const today = Math.floor(wallClock(after, formatOf(rule.timeZone)) / DAY) * DAY;
  // A week and a day: today's may be over, and a skipped hour may push one past midnight.
  for (let ahead = -1; ahead <= 8; ahead++) {
    const date = today + ahead * DAY;
    if (!days.has(new Date(date).getUTCDay())) continue;
    const moment = momentOf(date + (hours * 60 + minutes) * 60_000, rule.timeZone);
    if (moment > after) return moment;
  }
  throw new Error('Cannot find an occurrence as a schedule must name at least one day');
}

/** The first `count` occurrences after `after` (milliseconds since the Unix epoch), in their order. */
export function nextOccurrences(rule: Rule, after: number, count: number): number[] {
  const found: number[] = [];
  while (found.length < count) found.push(nextOccurrence(rule, found.at(-1) ?? after));
  return found;
}
