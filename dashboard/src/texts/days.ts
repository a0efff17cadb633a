/** Days of the week, and moments on the wall of another place. */
import { dateFormat } from './formats.ts';

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** 2024 began on a Monday. */
export const dayName = (day: string): string =>
  dateFormat({ weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));

/** The same moment on the wall of the schedule's own place, with its summer or winter time. */
export const there = (iso: string, timeZone: string): string =>
  dateFormat({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  }).format(Date.parse(iso));
