/** Processor time of other processes, as Linux tells it (proc(5), /proc/PID/stat); nothing elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second: 100 on every Linux that Node runs on. */
const TICKS = 100;

function fields(pid: string): { parent: number; ticks: number } | undefined {
  try {
    // Behind the name, which may hold anything: state, parent, then at 11 and 12 the ticks in user and in system mode.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), ticks: Number(rest[9]) + Number(rest[10]) };
  } catch {
    return undefined;
  }
}

/** What a process and its living children have used so far, ms. */
export function cpuOf(pid: number): number {
  let ticks = fields(String(pid))?.ticks ?? 0;
  try {
    for (const one of readdirSync('/proc')) {
      const found = /^\d+$/.test(one) ? fields(one) : undefined;
      if (found?.parent === pid) ticks += found.ticks;
    }
  } catch {
    return 0;
  }
  return (ticks * 1000) / TICKS;
}
