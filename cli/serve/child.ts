import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, EXIT } from '../core/errors.ts';
import type { OptionSpecs } from '../core/metadata.ts';

const number = (max: number) => (value: string) =>
  /^\d+$/.test(value) && Number(value) <= max ? undefined : `must be a whole number from 0 to ${max}`;

/** Options of `serve` and `demo`: passed on as they are, so that the local start alone knows its defaults. */
export const SERVE_OPTIONS = {
  port: {
    type: 'string',
    value: 'PORT',
    env: 'PORT',
    description: 'port of the control plane (7071; 0 picks a free one)',
    check: number(65_535),
  },
  data: {
    type: 'string',
    value: 'FOLDER',
    env: 'STREAM_CONTROL_DATA',
    description: 'where state is kept (.stream-control)',
  },
  'time-scale': {
    type: 'string',
    value: 'N',
    env: 'SIM_TIME_SCALE',
    description: 'simulated seconds per second (60; 1 is real time)',
    check: (value) => (Number(value) >= 1 ? undefined : 'must be a number of at least 1'),
  },
  seed: { type: 'string', value: 'SEED', env: 'SIM_SEED', description: 'seed of the simulator' },
  faults: { type: 'string', value: 'FILE', description: 'fault plan of the simulator, JSON' },
  azure: { type: 'string', value: 'SUBSCRIPTION', description: 'real Azure instead of the simulator' },
  'simulator-port': {
    type: 'string',
    value: 'PORT',
    env: 'SIM_PORT',
    description: 'port of the simulator (7072; 0 picks a free one)',
    check: number(65_535),
  },
  media: { type: 'boolean', description: 'run relays and mixers as real programs on loopback (docs/guide/media.md)' },
  watch: { type: 'boolean', description: 'start again when the built files change' },
  workers: {
    type: 'string',
    value: 'N',
    env: 'FUNCTIONS_WORKER_PROCESS_COUNT',
    description: 'run the app in so many processes of its own, 1 to 10, which are started again when they die',
    check: (value) => (/^([1-9]|10)$/.test(value) ? undefined : 'must be a whole number from 1 to 10'),
  },
  'late-redelivery': {
    type: 'boolean',
    description: 'after a kill, what was under way comes back as late as on Azure (host.json: one minute)',
  },
  verbose: { type: 'boolean', description: 'log everything that host.json lets through, not warnings and errors only' },
} as const satisfies OptionSpecs;

/** Flags for the local start from parsed options; absent ones are left to it. */
export const serveFlags = (options: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(SERVE_OPTIONS).flatMap((name) => {
    const value = options[name];
    if (value === true) return [`--${name}`];
    return typeof value === 'string' ? [`--${name}`, value] : [];
  });

/** Node for the local start: this one, or the pinned development dependency where this one is too old (22.13 brought node:sqlite). */
function nodeBinary(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return process.execPath;
  try {
    const pinned = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    if (existsSync(pinned)) return pinned;
  } catch {}
  throw new CliError(EXIT.failed, `stream-control needs Node 22.13 or later: this is ${process.versions.node}`);
}

/**
 * Starts the local control plane as a child process in this process group.
 * @param stdout `inherit` for `serve`; `pipe` where the caller reads the line that tells the address
 */
export function startLocal(flags: readonly string[], stdout: 'inherit' | 'pipe'): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const main = fileURLToPath(new URL(`../../local/main.${extension}`, import.meta.url));
  if (!existsSync(main))
    throw new CliError(EXIT.failed, `There is no local control plane at ${main}`, { hint: "'npm run build' makes it" });
  // The ipc channel lets the child notice that its parent is gone, so that a killed parent leaves no orphan on the port.
  return spawn(nodeBinary(), [main, ...flags], { stdio: ['ignore', stdout, stdout, 'ipc'] });
}

/** Resolves with the child's exit code; a signal counts as 128 + its number would, except our own. */
export const exited = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });

/** Passes Ctrl-C on to the child; it may get it twice (terminal and us), which the local start takes for one. */
export function passInterrupt(child: ChildProcess, interrupt: AbortSignal): void {
  const stop = () => child.kill('SIGTERM');
  if (interrupt.aborted) stop();
  else interrupt.addEventListener('abort', stop, { once: true });
}
