/** `--watch`: starts the app in a child process and starts it anew when the built files change. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch as watchFiles } from 'node:fs';
import { join } from 'node:path';

/** A build writes many files: the restart waits until it has been quiet for so many ms. */
const QUIET = 300;

const own = (args: readonly string[]) => args.filter((arg) => arg !== '--watch');

/**
 * Runs until SIGINT or SIGTERM, or until the app fails to start for the first time.
 * @param args of this process
 */
export async function watch(appDir: string, args: readonly string[]): Promise<void> {
  let child: ChildProcess | undefined;
  let restarting = false;
  let ending = false;
  const run = () => {
    // As with `serve`, the child ends by itself when this process is gone.
    const started = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...own(args)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    started.on('exit', (code) => {
      if (ending) process.exit(code ?? 0);
      if (!restarting) process.stderr.write(`The app ended with code ${code}: waiting for the next build\n`);
    });
  };
  const restart = async () => {
    if (restarting || ending) return;
    restarting = true;
    const before = child;
    if (before && before.exitCode === null && before.signalCode === null) {
      before.kill('SIGTERM');
      await once(before, 'exit');
    }
    restarting = false;
    run();
  };
  let quiet: NodeJS.Timeout | undefined;
  watchFiles(join(appDir, 'dist'), { recursive: true }, (_, file) => {
    if (file?.endsWith('.tsbuildinfo')) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => void restart(), QUIET);
  });
  const end = () => {
    if (ending) return;
    ending = true;
    if (!child || child.exitCode !== null || child.signalCode !== null) process.exit(0);
    child.kill('SIGTERM');
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (process.channel) process.on('disconnect', end);
  run();
}
