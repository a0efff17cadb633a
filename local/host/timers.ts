/**
 * Timer triggers: schedule, past-due runs, `runOnStartup`, status kept in the data folder, one run at a time per timer
 * (azure-webjobs-sdk-extensions TimerListener.cs). Errors of a function never stop its schedule.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { LogSink } from '../durable/ports.ts';
import { readLeft } from '../read-json.ts';
import { trouble } from '../troubles.ts';
import { ensureError } from './errors.ts';
import type { AppFunction, Invocation } from './functions.ts';
import { writeJson } from './json-file.ts';
import { parseSchedule, type Schedule } from './ncrontab.ts';
import { resolveReferences } from './settings.ts';

/** .NET's default(DateTime): a timer that never ran. */
const NEVER = '0001-01-01T00:00:00+00:00';
const MINUTE = 60_000;
/** ms until a status that could not be written is written again. */
const AGAIN = 5_000;

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time');
const statusSchema = z.object({ Last: time, Next: time, LastUpdated: time });
type Status = z.output<typeof statusSchema>;

export interface TimersOptions {
  functions: readonly AppFunction[];
  clock: Clock;
  /** Folder for the timers' status; undefined keeps none, so nothing is ever past due. */
  dataDir: string | undefined;
  log: LogSink;
  /** Runs a timer function with its retries; its errors are logged there. */
  run: (name: string, invocation: Invocation, reason: string) => Promise<unknown>;
}

/** .NET's text of a UTC time: `2026-11-21T00:38:33.1230000+00:00`. */
const stamp = (time: number) => new Date(time).toISOString().replace('Z', '0000+00:00');

class Timer {
  #fn: AppFunction;
  #schedule: Schedule;
  #options: TimersOptions;
  #file: string | undefined;
  #status: Status | undefined;
  #cancel: () => void = () => {};
  #stopped = false;
  /** Cancels the next attempt to write what could not be written. */
  #unwritten: (() => void) | undefined;

  constructor(fn: AppFunction, schedule: Schedule, options: TimersOptions) {
    this.#fn = fn;
    this.#options = options;
    this.#schedule = schedule;
    if (options.dataDir !== undefined && this.#monitored()) {
      const folder = join(options.dataDir, 'timers');
      mkdirSync(folder, { recursive: true });
      this.#file = join(folder, `Host.Functions.${fn.name}.json`);
      this.#status = readLeft(this.#file, statusSchema);
    }
  }

  /** `useMonitor`, which the extension turns off by itself for schedules more frequent than once a minute. */
  #monitored(): boolean {
    if (this.#fn.trigger.useMonitor === false) return false;
    const first = this.#schedule.next(this.#options.clock.now());
    const second = first === undefined ? undefined : this.#schedule.next(first);
    return first === undefined || second === undefined || second - first >= MINUTE;
  }

  async start(): Promise<void> {
    const { clock, log } = this.#options;
    const now = clock.now();
    const due = this.#status && Date.parse(this.#status.Next);
    if (due !== undefined && now > due) {
      log(
        'information',
        `Function.${this.#fn.name}`,
        `Function '${this.#fn.name}' is past due on startup. Executing now.`,
      );
      await this.#run(true);
    } else if (this.#fn.trigger.runOnStartup === true) {
      await this.#run(false);
    } else if (!this.#status) this.#save(NEVER, now);
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#unwritten?.();
    if (this.#file !== undefined) trouble(this.#file, undefined);
  }

  #arm(): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    const next = this.#schedule.next(clock.now());
    if (next === undefined) return;
    this.#cancel = clock.at(next, () => void this.#run(false).then(() => this.#arm()));
  }

  async #run(isPastDue: boolean): Promise<void> {
    const { clock, run } = this.#options;
    const now = clock.now();
    const info = {
      Schedule: { AdjustForDST: this.#schedule.adjustForDst },
      ScheduleStatus:
        this.#file === undefined ? null : (this.#status ?? { Last: NEVER, Next: NEVER, LastUpdated: NEVER }),
      IsPastDue: isPastDue,
    };
    try {
      await run(this.#fn.name, { trigger: { json: JSON.stringify(info) } }, `Timer fired at ${stamp(now)}`);
    } catch {
      // Logged by the executor; the schedule goes on.
    }
    this.#save(stamp(now), now);
  }

  /** @param last when it ran @param now of this run: the next occurrence counts from it */
  #save(last: string, now: number): void {
    const next = this.#schedule.next(now);
    this.#status = { Last: last, Next: next === undefined ? NEVER : stamp(next), LastUpdated: stamp(now) };
    this.#write();
  }
  #write(): void {
    if (this.#file === undefined) return;
    try {
      writeJson(this.#file, this.#status);
      this.#unwritten?.();
      this.#unwritten = undefined;
      trouble(this.#file, undefined);
    } catch (error) {
      // The schedule goes on by what memory has.
      const { message } = ensureError(error);
      const told = `${message}. A start before that may run the timer again`;
      if (!this.#unwritten) this.#options.log('error', `Function.${this.#fn.name}`, told);
      trouble(this.#file, message);
      this.#unwritten?.();
      const { clock } = this.#options;
      this.#unwritten = clock.at(clock.now() + AGAIN, () => this.#write());
    }
  }
}

/** @throws HostError naming a damaged status @returns starts all timers (past-due and start-up runs included, not awaited), and stops them */
export function createTimers(options: TimersOptions): { start(): void; stop(): void } {
  const timers: Timer[] = [];
  for (const fn of options.functions) {
    if (fn.trigger.type.toLowerCase() !== 'timertrigger') continue;
    let schedule: Schedule;
    try {
      const expression = resolveReferences(String(fn.trigger.schedule ?? ''));
      schedule = parseSchedule(expression, process.env.WEBSITE_TIME_ZONE);
    } catch (error) {
      options.log('error', 'Host.Startup', `The '${fn.name}' function is in error: ${ensureError(error).message}`);
      continue;
    }
    timers.push(new Timer(fn, schedule, options));
  }
  return {
    start: () => {
      for (const timer of timers) void timer.start();
    },
    stop: () => {
      for (const timer of timers) timer.stop();
    },
  };
}
