/**
 * Timer schedules: NCRONTAB with five or six fields, or a TimeSpan between runs (Microsoft Learn, "Timer trigger for Azure Functions").
 * What a field may say is what NCrontab's source takes (CrontabFieldImpl.cs, CrontabField.cs), however odd: a schedule that starts
 * here and not on Azure, or the other way round, would be found too late. Day of month and day of week must both match.
 */
import { Cron } from 'croner';
import { parseTimeSpan } from '../timespan.ts';
import { HostError } from './errors.ts';

export interface Schedule {
  /** The first occurrence after `time` (both ms since epoch); undefined when there is none. */
  next(time: number): number | undefined;
  /** Whether clock changes of the time zone matter: false for a constant interval. */
  adjustForDst: boolean;
}

interface Kind {
  min: number;
  max: number;
  names?: readonly string[];
}

const MONTHS = 'January,February,March,April,May,June,July,August,September,October,November,December'.split(',');
const DAYS = 'Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday'.split(',');
const KINDS: readonly Kind[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];

/** Largest Int32: beyond it .NET parses no number. */
const LARGEST = 2 ** 31 - 1;
const number = (text: string): number | undefined => (Number(text) <= LARGEST ? Number(text) : undefined);

/** A number, or the beginning of a name: `T` is Tuesday, `Thurs` is Thursday. */
function readValue(text: string, { min, names = [] }: Kind): number | undefined {
  if (/^\d/.test(text)) return /^\d+[\t-\r]*$/.test(text) ? number(text) : undefined;
  const index = text === '' ? -1 : names.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  return index < 0 ? undefined : index + min;
}

/** Step behind the slash: whole, below one counts as one; undefined when it is none. */
const stepOf = (text: string): number | undefined =>
  /^[\t-\r]*[+-]?\d+[\t-\r]*$/.test(text) && Math.abs(Number(text)) <= LARGEST ? Math.max(1, Number(text)) : undefined;

/** First, last and step of one element of a list; undefined when it is none. */
function rangeOf(element: string, kind: Kind): [first: number, last: number, step: number] | undefined {
  // A slash or dash in front divides nothing and is no beginning of a value.
  const slash = element.indexOf('/');
  const step = slash > 0 ? stepOf(element.slice(slash + 1)) : 1;
  if (step === undefined) return undefined;
  const range = slash > 0 ? element.slice(0, slash) : element;
  if (range === '*') return [kind.min, kind.max, step];
  const dash = range.indexOf('-');
  const first = readValue(dash > 0 ? range.slice(0, dash) : range, kind);
  // A single value with a step goes to the end of the field.
  const last = dash > 0 ? readValue(range.slice(dash + 1), kind) : slash > 0 ? kind.max : first;
  if (first === undefined || last === undefined) return undefined;
  // The other way round is the same range.
  const [low, high] = first <= last ? [first, last] : [last, first];
  return low < kind.min || high > kind.max ? undefined : [low, high, step];
}

/** The values of a field as croner takes them; undefined when it is no field. */
function plain(field: string, kind: Kind): string | undefined {
  const values = new Set<number>();
  for (const element of field.startsWith(',') ? [field] : field.split(',')) {
    const range = rangeOf(element, kind);
    if (!range) return undefined;
    for (let [value, last, step] = range; value <= last; value += step) values.add(value);
  }
  return values.size > kind.max - kind.min ? '*' : [...values].sort((a, b) => a - b).join(',');
}

/**
 * @param expression with its `%SETTING%` already resolved
 * @param timezone IANA name, WEBSITE_TIME_ZONE; UTC as on Azure when undefined
 * @throws HostError in the words of the timer extension
 */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const span = parseTimeSpan(expression);
  if (span !== undefined && span > 0) return { next: (time) => time + span, adjustForDst: false };
  const given = expression.split(' ').filter((field) => field !== '');
  const six = given.length === 5 ? ['0', ...given] : given;
  const fields = KINDS.map((kind, index) => plain(six[index] ?? '', kind));
  if (six.length !== KINDS.length || fields.includes(undefined))
    throw new HostError(
      `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string.`,
    );
  const cron = cronOf(fields.join(' '), timezone);
  return { next: (time) => cron.nextRun(new Date(time))?.getTime(), adjustForDst: true };
}

function cronOf(pattern: string, timezone: string): Cron {
  try {
    const cron = new Cron(pattern, { paused: true, mode: '6-part', domAndDow: true, timezone });
    cron.nextRun(new Date(0));
    return cron;
  } catch {
    // The pattern holds numbers of the right range only.
    throw new HostError(`The time zone '${timezone}' is not known: set WEBSITE_TIME_ZONE to one such as Europe/Berlin`);
  }
}
