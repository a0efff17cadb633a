/** Flags and environment of `stream-control serve`; a flag wins over its variable. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faultPlan as plan } from '../azure/core/fault-plan.ts';
import { ensureError, HostError } from '../host/errors.ts';
import { readJsonFile } from '../read-json.ts';

export interface ServeOptions {
  /** 0 picks a free one and remembers it. */
  port: number;
  simulatorPort: number;
  /** Absolute. */
  dataDir: string;
  /** Simulated seconds per second; divides durations. */
  timeScale: number;
  seed: string;
  /** A parsed fault plan. */
  faults: unknown;
  /** Subscription id when Azure itself is used instead of the simulator. */
  azure: string | undefined;
  /** Container groups and mixers run as real processes. */
  media: boolean;
  watch: boolean;
  /** Processes of its own that the app runs in; undefined leaves it to FUNCTIONS_WORKER_PROCESS_COUNT. */
  workers: number | undefined;
  /** What a killed start had under way comes back when Azure's queues would give it back, and not at once. */
  lateRedelivery: boolean;
  /** Show every log line that host.json lets through; else warnings and errors only. */
  verbose: boolean;
}

type Environment = Record<string, string | undefined>;

function whole(name: string, text: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > max)
    throw new HostError(`Cannot use ${name} as it must be a whole number from 0 to ${max}: current value is '${text}'`);
  return Number(text);
}

function scale(text: string): number {
  const value = Number(text);
  if (!(value >= 1))
    throw new HostError(`Cannot use --time-scale as it must be a number of at least 1: current value is '${text}'`);
  return value;
}

function faultPlan(file: string | undefined): unknown {
  if (file === undefined) return undefined;
  if (!existsSync(file)) throw new HostError(`Cannot read the fault plan: ${file} does not exist`);
  return readJsonFile(file, plan, 'Correct the fault plan (docs/guide/simulator.md)', 'by-hand');
}

/** @throws HostError naming the flag that is unknown or malformed */
export function serveOptions(args: readonly string[], environment: Environment): ServeOptions {
  let flags: Record<string, string | boolean | undefined>;
  try {
    flags = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        'time-scale': { type: 'string' },
        seed: { type: 'string' },
        faults: { type: 'string' },
        azure: { type: 'string' },
        'simulator-port': { type: 'string' },
        media: { type: 'boolean' },
        watch: { type: 'boolean' },
        'late-redelivery': { type: 'boolean' },
        workers: { type: 'string' },
        verbose: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new HostError(ensureError(error).message);
  }
  const text = (flag: string, variable: string, fallback: string) =>
    String(flags[flag] ?? (environment[variable] || fallback));
  return {
    port: whole('--port', text('port', 'PORT', '7071'), 65_535),
    simulatorPort: whole('--simulator-port', text('simulator-port', 'SIM_PORT', '7072'), 65_535),
    dataDir: resolve(text('data', 'STREAM_CONTROL_DATA', '.stream-control')),
    // Real programs need real seconds to start: at the usual scale the health gate would be over before them.
    timeScale: scale(text('time-scale', 'SIM_TIME_SCALE', flags.media === true ? '6' : '60')),
    seed: text('seed', 'SIM_SEED', '1'),
    faults: faultPlan(typeof flags.faults === 'string' ? flags.faults : undefined),
    azure: typeof flags.azure === 'string' ? flags.azure : undefined,
    media: flags.media === true,
    watch: flags.watch === true,
    workers: typeof flags.workers === 'string' ? whole('--workers', flags.workers, 10) : undefined,
    lateRedelivery: flags['late-redelivery'] === true,
    verbose: flags.verbose === true,
  };
}
