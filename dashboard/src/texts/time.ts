/** Times and durations in words and in digits. */

import { second } from '../state/clock.ts';
import { event } from '../state/live.ts';
import { times } from '../state/settings.ts';
import { dateFormat, numberFormat, relativeFormat } from './formats.ts';
import { t } from './index.ts';
import { zoneOf } from './zones.ts';

/** The zone that times are shown in; undefined is this machine's. */
export function shownZone(region = event.value?.region): string | undefined {
  if (times.value === 'utc') return 'UTC';
  return times.value === 'event' && region ? zoneOf(region) : undefined;
}

const zoned = (zone: string | undefined) => (zone ? { timeZone: zone } : {});

/** Whether two moments are on one day of the zone. */
function sameDay(a: number, b: number, zone: string | undefined): boolean {
  const day = dateFormat({ year: 'numeric', month: 'numeric', day: 'numeric', ...zoned(zone) });
  return day.format(a) === day.format(b);
}

/** `18:00`, with the day where it is not today. */
export function moment(
  iso: string | number,
  { seconds = false, region }: { seconds?: boolean; region?: string } = {},
): string {
  const at = typeof iso === 'number' ? iso : Date.parse(iso);
  if (Number.isNaN(at)) return '–';
  const zone = shownZone(region);
  const day = sameDay(at, second.peek(), zone) ? {} : ({ weekday: 'short', day: 'numeric', month: 'short' } as const);
  return dateFormat({
    ...day,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
    ...zoned(zone),
  }).format(at);
}

const ISO = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;
/** A sentence of the control plane with its moments as they are shown everywhere else. */
export const readable = (text: string): string => text.replace(ISO, (iso) => moment(iso, { seconds: true }));

/** Everything about a moment, for a title. */
export const fully = (iso: string): string =>
  dateFormat({ dateStyle: 'full', timeStyle: 'long', ...zoned(shownZone()) }).format(Date.parse(iso));

/** Name of the zone that is shown, as short as people say it. */
export function zoneName(): string {
  const parts = dateFormat({ timeZoneName: 'short', ...zoned(shownZone()) }).formatToParts(second.peek());
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}

/** `40 s`, `12 min`, `3 h 12 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return t('time.seconds', { n: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 90) return t('time.minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48)
    return minutes % 60 === 0 ? t('time.hours', { n: hours }) : t('time.hoursMinutes', { h: hours, m: minutes % 60 });
  return t('time.daysHours', { d: Math.floor(hours / 24), h: hours % 24 });
}

/** `3:12:05`: what counts down, in figures that stay in their place. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  return `${hours > 0 ? `${hours}:${two(Math.floor(whole / 60) % 60)}` : Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** Seconds from now to a moment; negative when it is over. */
export const secondsTo = (iso: string): number => (Date.parse(iso) - second.value) / 1000;

/** `2 minutes ago`, `in 3 hours`. @param past it has happened, however far two clocks differ */
export function relative(iso: string, { past = false } = {}): string {
  const seconds = past ? Math.min(0, secondsTo(iso)) : secondsTo(iso);
  const size = Math.abs(seconds);
  const words = relativeFormat();
  if (size < 90) return words.format(Math.round(seconds), 'second');
  if (size < 5400) return words.format(Math.round(seconds / 60), 'minute');
  if (size < 172_800) return words.format(Math.round(seconds / 3600), 'hour');
  return words.format(Math.round(seconds / 86_400), 'day');
}

export const money = (amount: number, currency: string): string =>
  numberFormat({ style: 'currency', currency, minimumFractionDigits: 2 }).format(amount);
export const number = (value: number, digits = 0): string =>
  numberFormat({ maximumFractionDigits: digits }).format(value);
