/** Whether a process of an earlier start still lives, and not a stranger that has got its id since. */
import { readFileSync } from 'node:fs';

/** Ticks per second in /proc/PID/stat: USER_HZ, the same on every architecture that Node runs on. */
const HZ = 100;
/** /proc/stat gives the start of the machine in whole seconds. */
const SLACK_MS = 2_000;

/** When the process began, ms since the epoch; undefined where the system does not say. */
function begunAt(pid: number): number | undefined {
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    // The name, in parentheses, may hold anything; starttime is the 20th field behind it (proc(5)).
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
    return boot && ticks ? Number(boot) * 1000 + (Number(ticks) * 1000) / HZ : undefined;
  } catch {
    return undefined;
  }
}

/** @param at ms since the epoch when it was noted: a process of that id that began later is another one */
export function lives(pid: number, at: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process has the id.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const begun = begunAt(pid);
  return begun === undefined || begun <= at + SLACK_MS;
}
