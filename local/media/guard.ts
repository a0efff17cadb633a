/**
 * `guard.js FOLDER`: started beside real media, outside of their process group. When whoever started it is gone, however that
 * happened, it ends the programs and removes what held keys. Its standard input is a pipe that only the parent's end closes.
 */

import { forgetMixers, lastMark } from './folder.ts';
import { endMarked } from './marked.ts';

const folder = process.argv[2] ?? '';
const mark = lastMark(folder);
// What a terminal sends to everybody is not meant for it: the parent ends first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.resume();
process.stdin.once('close', () => void clear());

async function clear(): Promise<void> {
  // A new start has taken the folder over, and has done this itself.
  if (mark === undefined) return;
  await endMarked(mark);
  if (lastMark(folder) === mark) forgetMixers(folder);
}
