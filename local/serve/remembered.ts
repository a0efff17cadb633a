/** What a local start remembers in its data folder: ports it chose, and the secret alerts carry. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writeJson } from '../host/json-file.ts';

export interface Remembered {
  port?: number;
  simulatorPort?: number;
  alertSecret: string;
  /** The process that uses the folder, or used it last. */
  pid?: number;
  /** That process has been told to end. */
  ending?: boolean;
}

const fileIn = (dataDir: string) => join(dataDir, 'serve.json');

/** @param dataDir exists */
export function recall(dataDir: string): Remembered {
  const kept = readJson<Partial<Remembered>>(fileIn(dataDir));
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
