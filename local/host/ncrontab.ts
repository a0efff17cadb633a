/**
 * Timer schedules: NCRONTAB with five or six fields, or a TimeSpan between runs (Microsoft Learn, "Timer trigger for Azure Functions").
 * Day of month and day of week must both match, and `5/15` means from 5 on in steps of 15, as in NCrontab.
 */
import { Cron } from 'croner';
import { HostError } from './errors.ts';
import { parseTimeSpan } from './timespan.ts';

export interface Schedule {
  /** The first occurrence after `time` (both ms since epoch); undefined when there is none. */
  next(time: number): number | undefined;
  /** Whether clock changes of the time zone matter: false for a constant interval. */
  adjustForDst: boolean;
}

const NAMES = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)';
const VALUE = `(?:\\d+|${NAMES})`;
const FIELD = new RegExp(
  `^(?:\\*|${VALUE}(?:-${VALUE})?)(?:/\\d+)?(?:,(?:\\*|${VALUE}(?:-${VALUE})?)(?:/\\d+)?)*$`,
  'i',
);

/**
 * @param expression with its `%SETTING%` already resolved
 * @param timezone IANA name, WEBSITE_TIME_ZONE; UTC as on Azure when undefined
 * @throws HostError in the words of the timer extension
 */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const span = parseTimeSpan(expression);
  if (span !== undefined && span > 0) return { next: (time) => time + span, adjustForDst: false };
  const fields = expression.trim().split(/\s+/);
  const wrong = () =>
    new HostError(
      `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string.`,
    );
  if ((fields.length !== 5 && fields.length !== 6) || !fields.every((field) => FIELD.test(field))) throw wrong();
  const six = fields.length === 5 ? ['0', ...fields] : fields;
  let cron: Cron;
  try {
    cron = new Cron(six.join(' '), { paused: true, mode: '6-part', domAndDow: true, sloppyRanges: true, timezone });
    cron.nextRun(new Date(0));
  } catch {
    throw wrong();
  }
  return { next: (time) => cron.nextRun(new Date(time))?.getTime(), adjustForDst: true };
}
