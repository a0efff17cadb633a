/** What happened when and why, in the order it happened. */
export interface JournalEntry {
  /** ISO 8601. */
  at: string;
  /** A stable word for programs, such as `state`, `command`, `node-failed`. */
  code: string;
  /** For people; never holds a secret. */
  text: string;
}

/** Most entries kept. The first few stay; the oldest of the rest are dropped. */
export const JOURNAL_LIMIT = 500;

export function appendJournal(journal: readonly JournalEntry[], entry: JournalEntry): JournalEntry[] {
  const next = [...journal, entry];
  return next.length > JOURNAL_LIMIT ? [...next.slice(0, 20), ...next.slice(21)] : next;
}
