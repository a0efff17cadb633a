/** What the commands over the host share: one line for an error, an orderly end on a signal. */
import { Console } from 'node:console';
import { plainLines, plainStream } from '../plain-lines.ts';
import { ensureError } from './errors.ts';

/** Shorter than the 5 s a supervisor waits before it kills. */
const LIMIT = 4_500;

/** Prints the error's message as one line on standard error and ends with exit code 1. `DEBUG=1` adds the stack. */
export function fail(thrown: unknown): never {
  const error = ensureError(thrown);
  const text = process.env.DEBUG ? (error.stack ?? error.message) : error.message.split('\n')[0];
  process.stderr.write(`${plainLines(text ?? '')}\n`);
  process.exit(1);
}

/** Sends what the app prints by `console` to standard error, where its other lines are: standard output is for results. */
export function consoleToStandardError(): void {
  const stream = plainStream(process.stderr);
  globalThis.console = new Console({ stdout: stream, stderr: stream });
}

/**
 * Keeps the process alive when the app lets an error escape: the real host starts its worker anew then, and durable work goes on.
 * @param say receives one line per error
 */
export function surviveStrayErrors(say: (line: string) => void): void {
  const report = (what: string) => (thrown: unknown) => {
    const error = ensureError(thrown);
    say(plainLines(`${what}, for which the real host would start the worker anew: ${error.stack ?? error.message}`));
  };
  process.on('unhandledRejection', report('Unhandled rejection in the app'));
  process.on('uncaughtException', report('Uncaught exception in the app'));
}

/** Ends the process with code 0 on SIGINT, SIGTERM or when the parent that started it with an IPC channel is gone. */
export function endOnSignal(stop: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    // The app may keep timers and servers of its own, so the process is ended, at the latest when patience is.
    setTimeout(() => process.exit(0), LIMIT).unref();
    stop().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (process.channel) process.on('disconnect', end);
}
