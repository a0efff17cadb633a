/**
 * The list of what exists and what it costs, from which status, cost, certificate and budget are read. This file has the arithmetic;
 * billing.ts decides when entries change. Times are milliseconds since the Unix epoch.
 */

/** One present or past resource. Entries are replaced, never changed in place. */
export interface LedgerEntry {
  /** Resource group, ARM type and name. */
  group: string;
  type: string;
  name: string;
  /** Dollars per hour while it is billed. */
  perHour: number;
  /** Dollars until `billedSince`. */
  spent: number;
  /** Since when it is billed; absent while it costs nothing (a deallocated machine) and when it is gone. */
  billedSince?: number;
  /** Absent when unknown. */
  createdAt?: number;
  removedAt?: number;
  /** When a removal that did not end listed it last. */
  seenAt?: number;
  /** Requested and not seen yet. */
  unseen?: true;
  /** The step whose usual duration passes before it is ready and costs money. */
  readyAfter?: string;
}
export type Ledger = Readonly<Record<string, LedgerEntry>>;

export const entryKey = (group: string, name: string): string => `${group}/${name}`.toLowerCase();

const HOUR = 3_600_000;

const spentBy = ({ spent, perHour, billedSince }: LedgerEntry, now: number): number =>
  billedSince === undefined ? spent : spent + (perHour * (now - billedSince)) / HOUR;

/** The same entry, billed from `at` on; unchanged when it is billed already. */
export const billed = (entry: LedgerEntry, at: number): LedgerEntry =>
  entry.billedSince === undefined ? { ...entry, billedSince: at } : entry;

/** The same entry, not billed after `at`, which may be earlier than now. */
export function unbilled(entry: LedgerEntry, at: number): LedgerEntry {
  if (entry.billedSince === undefined) return entry;
  const { billedSince, ...rest } = entry;
  return { ...rest, spent: spentBy(entry, Math.max(at, billedSince)) };
}

/** The same entry, off since `at`, as was noticed later. A time before it was billed says nothing of that. */
export const offSince = (entry: LedgerEntry, at: number | undefined, now: number): LedgerEntry =>
  at !== undefined && entry.billedSince !== undefined && at > entry.billedSince && at <= now
    ? unbilled(entry, at)
    : entry;

/** The same entry, gone at `at`. */
export const gone = (entry: LedgerEntry, at: number, removedAt = at): LedgerEntry => ({
  ...unbilled(entry, at),
  removedAt: Math.max(removedAt, entry.createdAt ?? removedAt),
});

/** Dollars spent until `now`. */
export const spentUntil = (ledger: Ledger, now: number): number =>
  Object.values(ledger).reduce((sum, entry) => sum + spentBy(entry, now), 0);

/** Dollars per hour as it stands. */
export const rateOf = (ledger: Ledger): number =>
  Object.values(ledger).reduce((sum, entry) => sum + (entry.billedSince === undefined ? 0 : entry.perHour), 0);
