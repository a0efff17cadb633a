/** How an agent that was started again finds the OBS that its predecessor left running: on air nothing is restarted without need. */
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Log, words } from '../log.ts';
import { readChecked } from '../settings.ts';
import { lives } from './process.ts';

const leftSchema = z.object({
  port: z.int().min(1).max(65535),
  password: z.string(),
  trace: z.object({ obs: z.int().positive(), display: z.int().positive().optional() }),
});
export type Left = z.infer<typeof leftSchema>;
/** What is needed to talk to a running OBS. */
export type Control = Pick<Left, 'port' | 'password'>;

/** The OBS that was left behind and still lives; undefined when there is none. A damaged file is said, and a new OBS is the answer to it. */
export async function readLeft(file: string, log: Log): Promise<Left | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const left = await readChecked(leftSchema, file, 'what the agent before left in');
    return lives(left.trace.obs) ? left : undefined;
  } catch (error) {
    log('obs-not-taken-over', { reason: words(error) });
    return undefined;
  }
}
/** Whole or not at all: the machine may lose power at any moment. */
export async function writeLeft(file: string, left: Left): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(left), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
export const forgetLeft = (file: string): Promise<void> => rm(file, { force: true });
