/**
 * One Functions host as a process of its own, to be killed: the built app, HTTP and timers by the local host, everything
 * durable by the engine that HOST (JSON, {@link HostChoice}) names. Prints `host ready on URL`, then a JSON line for each
 * warning and error of app and extension; with EXTENSION_LOG (a file) all of the extension's lines go there.
 */
import { appendFileSync } from 'node:fs';
import { RealClock } from '../../../../local/clock.ts';
import { createHost, type Role } from '../../../../local/host/host.ts';
import { simulatorSettings } from '../../../../local/serve/app-settings.ts';
import { extensionEngine, type LogLine } from '../engine.ts';

export interface HostChoice {
  appDir: string;
  dataDir: string;
  /** 0 picks a free one. */
  port: number;
  roles?: Role[];
  /** Processes of its own that the app runs in; none by default. */
  workers?: number;
  /** Where mixers find the app; this host by default. */
  publicUrl?: string;
  subscriptionId: string;
  simulatorUrl: string;
  timeScale: number;
  alertSecret: string;
  /** The real extension on this storage; the local engine without it. */
  extension?: { connectionString: string; settings: Record<string, unknown>; instance?: string };
}

const choice = JSON.parse(process.env.HOST ?? '') as HostChoice;
const { appDir, dataDir, extension, roles, workers } = choice;
const whole = process.env.EXTENSION_LOG;
const show = (line: LogLine & { by: 'app' | 'extension' }) => {
  if (/warning|error|critical/.test(line.level)) console.log(JSON.stringify(line));
  if (whole) appendFileSync(whole, `${new Date().toISOString()} ${process.pid} ${JSON.stringify(line)}\n`);
};
const host = createHost({
  appDir,
  dataDir,
  clock: new RealClock(),
  ...(roles && { roles }),
  ...(workers !== undefined && { workers }),
  ...(extension && {
    engine: extensionEngine({
      ...extension,
      verbose: whole !== undefined,
      log: (line) => show({ by: 'extension', ...line }),
      // A Functions host is one process: it does not go on without its extension.
      lost: () => process.exit(1),
    }),
  }),
  log: (level, category, message) => show({ by: 'app', level, category, message }),
  settings: (origin) => simulatorSettings(appDir, process.env, { ...choice, publicUrl: choice.publicUrl ?? origin }),
});
const port = await host.listen(choice.port);
process.once('SIGTERM', () => {
  host.stop(20_000).then(() => process.exit(0));
});
await host.start();
console.log(`host ready on http://127.0.0.1:${port}`);
