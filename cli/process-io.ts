import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ports } from '../ports/index.ts';
import { CliError, EXIT, Interrupted } from './core/errors.ts';
import type { Io } from './core/io.ts';

/** Under npm one Ctrl-C arrives twice (from the terminal and from npm): only a later one is a person's second (ms). */
const IMPATIENT_MS = 500;

/** Reads one line from the terminal without showing what is typed. */
function askSecret(question: string, interrupt: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CliError(EXIT.usage, 'Cannot ask for keys without a terminal', { hint: 'pass a file, or - for stdin' });
  return lineFrom(question, new Writable({ write: (_chunk, _encoding, done) => done() }), interrupt);
}

/** @param echo where what is typed is shown */
function lineFrom(question: string, echo: Writable, interrupt: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: process.stdin, output: echo, terminal: true });
    process.stderr.write(question);
    const interrupted = () => {
      reader.close();
      reject(new Interrupted());
    };
    // In raw mode Ctrl-C reaches the reader, not the process.
    reader.on('SIGINT', interrupted);
    interrupt.addEventListener('abort', interrupted, { once: true });
    reader.question('', (answer) => {
      if (echo !== process.stderr) process.stderr.write('\n');
      interrupt.removeEventListener('abort', interrupted);
      reader.close();
      resolve(answer);
    });
  });
}

/** The real process as {@link Io}; the first SIGINT or SIGTERM aborts `interrupt`, a second one later ends the process at once. */
export function processIo(): { io: Io; flushed: () => Promise<void> } {
  const controller = new AbortController();
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      const now = ports().now();
      if (first > 0 && now - first > IMPATIENT_MS) process.exit(EXIT.interrupted);
      first ||= now;
      controller.abort();
    });
  // `stream-control list | head -1` closes the pipe early: that is not an error.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      throw error;
    });
  const flush = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()));
  return {
    io: {
      env: process.env,
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      stdin: process.stdin,
      terminal: () =>
        process.stderr.isTTY ? { columns: process.stderr.columns, rows: process.stderr.rows } : undefined,
      askSecret: (question) => askSecret(question, controller.signal),
      ...(process.stdin.isTTY && process.stderr.isTTY
        ? { ask: (question: string) => lineFrom(question, process.stderr, controller.signal) }
        : {}),
      interrupt: controller.signal,
    },
    flushed: async () => {
      await Promise.all([flush(process.stdout), flush(process.stderr)]);
    },
  };
}
