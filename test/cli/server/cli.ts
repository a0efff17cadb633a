import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../../cli/core/io.ts';
import { run } from '../../../cli/run.ts';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}
export interface Run {
  env?: Record<string, string>;
  stdin?: string;
  terminal?: { columns: number; rows: number };
  interrupt?: AbortSignal;
  secrets?: string[];
  /** Answers of a person at the terminal; without them nobody is there. */
  answers?: string[];
  /** Sees stderr as it grows. */
  onErr?: (err: string) => void;
}

/** Runs a command line in this process, over real HTTP: for what needs no process of its own. */
export async function cli(argv: string[], options: Run = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const secrets = [...(options.secrets ?? [])];
  const io: Io = {
    env: options.env ?? {},
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      options.onErr?.(err);
    },
    stdin: (async function* () {
      yield options.stdin ?? '';
    })(),
    terminal: () => options.terminal,
    askSecret: async () => secrets.shift() ?? '',
    ...(options.answers ? { ask: async () => options.answers?.shift() ?? '' } : {}),
    interrupt: options.interrupt ?? new AbortController().signal,
  };
  return { code: await run(argv, io), out, err };
}

/** Runs a command line as a real process. `onErr` sees stderr as it grows and may signal the process. */
export async function cliProcess(
  argv: string[],
  options: Omit<Run, 'onErr'> & { onErr?: (err: string, kill: (signal: NodeJS.Signals) => void) => void } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...argv], {
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
    options.onErr?.(err, (signal) => child.kill(signal));
  });
  child.stdin.end(options.stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
