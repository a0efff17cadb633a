import type { JournalEntry } from './journal.ts';

/** Readings of secrets, which later entries never push out. Times are milliseconds since the Unix epoch. */
export interface Reading {
  /** What was read by whom. */
  text: string;
  count: number;
  first: number;
  last: number;
}

/** Up to EACH readings are listed singly; then equal ones are counted together, and beyond DIFFERENT all others too. */
const EACH = 30;
const DIFFERENT = 100;
const OTHERS = 'secrets read by others, whose names stand in the log of the control plane';

export function addReading(readings: readonly Reading[], text: string, now: number): Reading[] {
  const one = { text, count: 1, first: now, last: now };
  if (readings.length < EACH) return [...readings, one];
  const known = readings.some((each) => each.text === text);
  if (!known && readings.length < DIFFERENT) return [...readings, one];
  return counted(readings, { ...one, text: known ? text : OTHERS });
}

/** Merges all readings of a text, at the place of the latest. */
function counted(readings: readonly Reading[], added: Reading): Reading[] {
  const same = [...readings.filter(({ text }) => text === added.text), added];
  const all: Reading = {
    text: added.text,
    count: same.reduce((sum, { count }) => sum + count, 0),
    first: Math.min(...same.map(({ first }) => first)),
    last: Math.max(...same.map(({ last }) => last)),
  };
  return [...readings.filter(({ text }) => text !== added.text), all];
}

/** Each text once. */
export const byText = (readings: readonly Reading[]): Reading[] =>
  readings.reduce<Reading[]>((all, each) => counted(all, each), []);

/** Several readings as one, where there is not enough room. */
export function together(readings: readonly Reading[]): Reading | undefined {
  if (readings.length === 0) return undefined;
  const people = readings.length === 1 ? 'another entry' : `${readings.length} other entries`;
  return {
    text: `${people} like these; the certificate's journal has each`,
    count: readings.reduce((sum, { count }) => sum + count, 0),
    first: Math.min(...readings.map(({ first }) => first)),
    last: Math.max(...readings.map(({ last }) => last)),
  };
}

const iso = (time: number): string => new Date(time).toISOString();

const entryOf = ({ text, count, first, last }: Reading): JournalEntry => ({
  at: iso(last),
  code: 'credentials',
  text: count === 1 ? text : `${text} (${count} times, first at ${iso(first).slice(0, 19)}Z)`,
});

/** A journal with the readings sorted in by time. */
export const withReadings = (journal: readonly JournalEntry[], readings: readonly Reading[]): JournalEntry[] =>
  [...journal, ...readings.map(entryOf)].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
