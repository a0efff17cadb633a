/** How an agent that was started again finds the OBS that its predecessor left running: on air nothing is restarted without need. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { lives, type ObsTrace } from './process.ts';

/** What is needed to talk to a running OBS. */
export interface Control {
  port: number;
  password: string;
}
export interface Left extends Control {
  trace: ObsTrace;
}

/** The OBS that was left behind and still lives; undefined when there is none. */
export async function readLeft(file: string): Promise<Left | undefined> {
  try {
    const left = JSON.parse(await readFile(file, 'utf8')) as Left;
    return lives(left.trace.obs) ? left : undefined;
  } catch {
    return undefined; // No file, or half a file of a machine that lost power: a new OBS is the answer to both.
  }
}
export const writeLeft = (file: string, left: Left): Promise<void> =>
  writeFile(file, JSON.stringify(left), { mode: 0o600 });
export const forgetLeft = (file: string): Promise<void> => rm(file, { force: true });
