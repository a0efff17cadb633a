/** What a local start remembers in its data folder: ports it chose, and the secret alerts carry. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJson } from '../host/json-file.ts';
import { readLeft } from '../read-json.ts';

const port = z.int().min(1).max(65_535).optional();
const remembered = z.looseObject({
  port,
  simulatorPort: port,
  /** Alerts given out before carry it. */
  alertSecret: z.string().min(16),
  /** The process that uses the folder, or used it last. */
  pid: z.int().positive().optional(),
  /** That process has been told to end. */
  ending: z.boolean().optional(),
});
export type Remembered = z.output<typeof remembered>;

const fileIn = (dataDir: string) => join(dataDir, 'serve.json');

/** @param dataDir exists */
export function recall(dataDir: string): Remembered {
  const kept = readLeft(fileIn(dataDir), remembered);
  return { ...kept, alertSecret: kept?.alertSecret ?? randomBytes(24).toString('base64url') };
}

export const remember = (dataDir: string, what: Remembered): void => writeJson(fileIn(dataDir), what);

/**
 * Binds `wanted`; 0 means the port chosen last time, so that addresses given out before stay good, or any other free one.
 * @param bind rejects when the port is taken
 */
export async function bindPort(
  wanted: number,
  last: number | undefined,
  bind: (port: number) => Promise<number>,
): Promise<number> {
  if (wanted === 0 && last !== undefined) {
    try {
      return await bind(last);
    } catch {
      // Taken by someone else meanwhile.
    }
  }
  return bind(wanted);
}
