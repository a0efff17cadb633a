import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { defineCommand } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT, Interrupted, usageError } from '../core/errors.ts';
import { Client } from '../http/client.ts';
import type { EventStatus } from '../http/types.ts';
import { certificateSummary } from '../output/certificate.ts';
import { eventTable } from '../output/event.ts';
import { createReporter } from '../progress/reporter.ts';
import { exited, SERVE_OPTIONS, serveFlags, startLocal } from '../serve/child.ts';
import { deployAndFollow } from './deploy.ts';
import { statusPath } from './event-argument.ts';
import { teardownAndFollow } from './teardown.ts';

const READY = /^stream-control ready on (\S+)/;
const LANGUAGES = ['original', 'spanish', 'french'];

interface Local {
  url: string;
  /** Resolves when it ends, for whatever reason. */
  ended: Promise<unknown>;
  /** Ends the control plane and waits until it has ended. */
  stop(): Promise<void>;
}

/** A folder that was named need not be there yet. */
function makeFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true });
  } catch (error) {
    throw usageError(`--data: cannot make the folder '${data}': ${(error as Error).message}`);
  }
}

/** Starts the local control plane and waits for its ready line; everything it prints goes to `logFile`. */
async function start(flags: string[], logFile: string, interrupt: AbortSignal): Promise<Local> {
  const child = startLocal(flags, 'pipe');
  const log = createWriteStream(logFile, { mode: 0o600 });
  child.stderr?.pipe(log, { end: false });
  const ended = exited(child);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    log.end();
    await once(log, 'close');
  };
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const ready = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      log.write(`${line}\n`);
      const url = READY.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
  const first = await Promise.race([ready, ended, interrupted]);
  if (typeof first === 'string' && first !== 'interrupted') return { url: first, ended, stop };
  await stop();
  if (first === 'interrupted') throw new Interrupted('Interrupted: the demo was still starting');
  const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5);
  throw new CliError(EXIT.failed, `The local control plane did not start (exit code ${first})`, { said });
}

async function show(context: Context, url: string, once: boolean): Promise<void> {
  const { io, output, client } = context;
  const reporter = createReporter(context.progress, io);
  const request = { event: 'demo', title: 'Demonstration', languages: LANGUAGES };
  const { accepted } = await deployAndFollow(context, request, { reporter });
  const status = await client.get<EventStatus>(statusPath(accepted.event));
  const page = () => `${eventTable(status)}\nAPI  ${url}\n`;
  if (!once) {
    output.result(status, page);
    io.err(
      `\nTry, in another terminal: npx stream-control status demo${url.endsWith(':7071') ? '' : ` --url ${url}`}\nCtrl-C ends the demo and removes it.\n`,
    );
    return;
  }
  if (output.format === 'table') io.out(`${page()}\n`);
  const certificate = await teardownAndFollow(context, accepted.event, createReporter(context.progress, io, true));
  output.result(certificate, () => certificateSummary(certificate));
}

export const demo = defineCommand({
  name: 'demo',
  summary: 'see it all at once: control plane, simulator, and an event in three languages',
  detail: 'Uses a fresh temporary data folder, removed at the end, unless --data names one.',
  positionals: [],
  options: {
    ...SERVE_OPTIONS,
    once: { type: 'boolean', description: 'also tear down, print the certificate, and exit' },
  },
  examples: ['stream-control demo', 'stream-control demo --once --port 0 --simulator-port 0'],
  async run(context, { options }) {
    const { io } = context;
    // The id tells a later start whether the folder was left by a demo that was killed (local/serve/abandoned.ts).
    const data = options.data ?? mkdtempSync(join(tmpdir(), `stream-control-demo-${process.pid}-`));
    const temporary = options.data === undefined;
    let local: Local | undefined;
    try {
      makeFolder(data);
      io.err('Starting the control plane and the simulator...\n');
      const flags = serveFlags({ ...options, data });
      local = await start(flags, join(data, 'demo.log'), io.interrupt);
      const client = new Client(local.url, {}, io.interrupt);
      await show({ ...context, client }, local.url, options.once);
      if (options.once || io.interrupt.aborted) return EXIT.done;
      await Promise.race([once(io.interrupt, 'abort'), local.ended]);
      if (!io.interrupt.aborted) throw new CliError(EXIT.failed, 'The local control plane ended by itself');
      return EXIT.done;
    } catch (error) {
      if (!io.interrupt.aborted) throw error;
      throw new Interrupted(
        temporary
          ? 'Interrupted: the demo and its simulated resources are gone'
          : `Interrupted: the demo goes on when something is served from ${data} again`,
      );
    } finally {
      await local?.stop();
      if (temporary) rmSync(data, { recursive: true, force: true });
    }
  },
});
