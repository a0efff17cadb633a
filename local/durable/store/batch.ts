/** What one flush writes, as flat lists of column values: cheap to hand to another thread. Removals come before additions. */
import type { DatabaseSync } from 'node:sqlite';
import { prepareWrites, type Writes } from './statements.ts';

export type Value = string | number | null;

/** For each list how many values make a row, in the order in which the lists are written. */
const WIDTHS = {
  deleteHistory: 1,
  clearAlarms: 1,
  deleteAlarm: 1,
  take: 1,
  deleteActivity: 3,
  deleteInstance: 1,
  put: 12,
  append: 3,
  post: 4,
  addActivity: 5,
  addAlarm: 8,
} as const satisfies Partial<Record<keyof Writes, number>>;

const LISTS = Object.keys(WIDTHS) as (keyof typeof WIDTHS)[];
export type Batch = Record<keyof typeof WIDTHS, Value[]>;

export const newBatch = (): Batch => Object.fromEntries(LISTS.map((list) => [list, []])) as unknown as Batch;

/** Writes a batch in one transaction: on disk when it returns. @returns what does so on this connection */
export function batchWriter(database: DatabaseSync): (batch: Batch) => void {
  const sql = prepareWrites(database);
  return (batch) => {
    sql.begin.run();
    try {
      for (const list of LISTS) {
        const values = batch[list];
        const width = WIDTHS[list];
        const statement = sql[list];
        for (let at = 0; at < values.length; at += width) statement.run(...values.slice(at, at + width));
      }
      sql.commit.run();
    } catch (error) {
      // Some errors, a full disk among them, have ended the transaction already.
      if (database.isTransaction) sql.rollback.run();
      throw error;
    }
  };
}
