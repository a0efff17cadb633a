/**
 * One Functions host as a process of its own, to be killed: the built app, HTTP and timers by the local host, everything
 * durable by the engine that HOST (JSON, {@link HostChoice}) names. Prints `host ready on URL`, then a JSON line for each
 * warning and error of app and extension.
 */
import { RealClock } from '../../../local/clock.ts';
import { createHost } from '../../../local/host/host.ts';
import { simulatorSettings } from '../../../local/serve/app-settings.ts';
import { extensionEngine, type LogLine } from './engine.ts';

export interface HostChoice {
  appDir: string;
  dataDir: string;
  /** 0 picks a free one. */
  port: number;
  subscriptionId: string;
  simulatorUrl: string;
  timeScale: number;
  alertSecret: string;
  /** The real extension on this storage; the local engine without it. */
  extension?: { connectionString: string; settings: Record<string, unknown> };
}

const choice = JSON.parse(process.env.HOST ?? '') as HostChoice;
const { appDir, dataDir, extension } = choice;
const show = (line: LogLine & { by: 'app' | 'extension' }) => {
  if (/warning|error|critical/.test(line.level)) console.log(JSON.stringify(line));
};
const host = createHost({
  appDir,
  dataDir,
  clock: new RealClock(),
  ...(extension && {
    engine: extensionEngine({
      ...extension,
      log: (line) => show({ by: 'extension', ...line }),
      // A Functions host is one process: it does not go on without its extension.
      lost: () => process.exit(1),
    }),
  }),
  log: (level, category, message) => show({ by: 'app', level, category, message }),
  settings: (publicUrl) => simulatorSettings(appDir, process.env, { ...choice, publicUrl }),
});
const port = await host.listen(choice.port);
process.once('SIGTERM', () => {
  host.stop(20_000).then(() => process.exit(0));
});
await host.start();
console.log(`host ready on http://127.0.0.1:${port}`);
