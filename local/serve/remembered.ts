/** What a local start remembers in its data folder: ports it chose, and the secret alerts carry. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Remembered {
  port?: number;
  simulatorPort?: number;
  alertSecret: string;
}

const fileIn = (dataDir: string) => join(dataDir, 'serve.json');

/** @param dataDir exists */
export function recall(dataDir: string): Remembered {
  const file = fileIn(dataDir);
  const kept: Partial<Remembered> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { ...kept, alertSecret: kept.alertSecret ?? randomBytes(24).toString('base64url') };
}

export const remember = (dataDir: string, what: Remembered): void =>
  writeFileSync(fileIn(dataDir), `${JSON.stringify(what, null, 2)}\n`, { mode: 0o600 });

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
