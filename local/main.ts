/**
 * What `stream-control serve` starts: the local host over this repository's app, and the simulator.
 * Prints `stream-control ready on <url>` when it answers; ends with code 0 on SIGINT and SIGTERM.
 */
import { join } from 'node:path';
import { consoleToStandardError, endOnSignal, fail, surviveStrayErrors } from './host/process.ts';
import { serveOptions } from './serve/options.ts';
import { start } from './serve/start.ts';
import { watch } from './serve/watch.ts';

/** The app is the folder two levels above dist/local; from source it is one above local. */
const appDir = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '..' : '../..');

async function main(): Promise<void> {
  consoleToStandardError();
  const options = serveOptions(process.argv.slice(2), process.env);
  if (options.watch) return watch(appDir, process.argv.slice(2));
  const starting = start(appDir, options);
  endOnSignal(async () => (await starting).stop());
  const { url } = await starting;
  surviveStrayErrors((line) => process.stderr.write(`error: ${line}\n`));
  process.stdout.write(`stream-control ready on ${url}\n`);
}

main().catch(fail);
