/** Local host and simulator in one process, over this repository's built app. */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SUBSCRIPTION, type Simulator } from '../azure/simulator.ts';
import { RealClock } from '../clock.ts';
import type { LogSink } from '../durable/ports.ts';
import { createSimulator } from '../fleet/simulator.ts';
import { ensureError, HostError } from '../host/errors.ts';
import { createHost } from '../host/host.ts';
import { consoleSink } from '../host/log.ts';
import { clearMedia } from '../media/folder.ts';
import { MediaRunner } from '../media/runner.ts';
import { plainLines } from '../plain-lines.ts';
import { removeAbandoned } from './abandoned.ts';
import { azureSettings, simulatorSettings } from './app-settings.ts';
import type { ServeOptions } from './options.ts';
import { waitForPredecessor } from './predecessor.ts';
import { bindPort, recall, remember } from './remembered.ts';

export interface Started {
  /** `http://127.0.0.1:7071` */
  url: string;
  stop(): Promise<void>;
}

/** Wants no lines of the durable extension: a failure shows once, by the function that failed. */
const important =
  (sink: LogSink): LogSink =>
  (level, category, message) => {
    if (level === 'warning' || level === 'error') sink(level, category, message);
  };

/** @throws HostError when a port is taken, a setting is malformed or the app does not load */
export async function start(appDir: string, options: ServeOptions): Promise<Started> {
  const { dataDir, timeScale } = options;
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw new HostError(`Cannot use --data '${dataDir}': ${ensureError(error).message}. Name another folder`);
  }
  await waitForPredecessor(() => recall(dataDir));
  const kept = recall(dataDir);
  const alertSecret = process.env.ALERT_SECRET || kept.alertSecret;
  const clock = new RealClock();
  const subscriptionId = options.azure ?? (process.env.AZURE_SUBSCRIPTION_ID || DEFAULT_SUBSCRIPTION);
  let simulatorUrl = '';
  const host = createHost({
    appDir,
    dataDir: join(dataDir, 'host'),
    clock,
    lateRedelivery: options.lateRedelivery,
    workers: options.workers,
    // Over Azure itself the mixers come from outside.
    publicUrl: options.azure === undefined ? undefined : process.env.PUBLIC_URL || undefined,
    log: options.verbose ? consoleSink(clock) : important(consoleSink(clock)),
    settings: (publicUrl) =>
      options.azure !== undefined
        ? azureSettings(subscriptionId, process.env.PUBLIC_URL || publicUrl, alertSecret)
        : simulatorSettings(appDir, process.env, { subscriptionId, publicUrl, simulatorUrl, timeScale, alertSecret }),
  });
  let simulator: Simulator | undefined;
  const media = options.media ? mediaRunner(appDir, options) : undefined;
  try {
    const port = await bindPort(options.port, kept.port, (wanted) => host.listen(wanted));
    const next = { ...kept, port, pid: process.pid, ending: false };
    if (options.azure === undefined) {
      const { seed, faults } = options;
      const controlPlane = { url: host.origin, alertSecret };
      simulator = createSimulator({
        clock,
        dataDir: join(dataDir, 'azure'),
        seed,
        timeScale,
        faults,
        subscriptionId,
        controlPlane,
        ...(media && { providers: media.providers }),
      });
      const { listen } = simulator;
      next.simulatorPort = await bindPort(options.simulatorPort, kept.simulatorPort, async (wanted) => {
        const listening = await listen(wanted).catch((error) => Promise.reject(portError(wanted, error)));
        simulatorUrl = listening.url;
        return listening.port;
      });
    }
    remember(dataDir, next);
    await host.start();
    // The folder is ours now: the simulator has locked it. Programs may have been left by a start with --media, also before one without.
    await clearMedia(join(dataDir, 'media'));
    await removeAbandoned({ parent: tmpdir(), dataDir, clearMedia });
    if (simulator) media?.start(simulator.kernel);
  } catch (error) {
    await media?.stop();
    await host.stop();
    await simulator?.stop();
    throw error;
  }
  return {
    url: host.origin,
    async stop() {
      try {
        remember(dataDir, { ...recall(dataDir), ending: true });
      } catch {
        // It only spares the next start a wait; a full disk must not keep this one from its end.
      }
      await Promise.all([host.stop(), media?.stop()]);
      await simulator?.stop();
    },
  };
}

function mediaRunner(appDir: string, { azure, dataDir }: ServeOptions): MediaRunner {
  if (azure !== undefined) throw new HostError('Cannot use --media with --azure: Azure runs the media itself');
  const { RELAY_IMAGE, SLIDE_SPLITTER_IMAGE } = simulatorSettings(appDir, process.env, NOWHERE);
  const images = new Set([RELAY_IMAGE ?? '', SLIDE_SPLITTER_IMAGE ?? '']);
  const tell = (line: string) => process.stderr.write(`${plainLines(line)}\n`);
  try {
    return new MediaRunner({ appDir, dataDir: join(dataDir, 'media'), images, tell });
  } catch (error) {
    throw new HostError(ensureError(error).message);
  }
}
/** The image names do not depend on the addresses of this start. */
const NOWHERE = { subscriptionId: '', publicUrl: '', simulatorUrl: '', timeScale: 1, alertSecret: '' };

const portError = (port: number, error: NodeJS.ErrnoException) =>
  error.code === 'EADDRINUSE'
    ? new HostError(`Cannot listen on 127.0.0.1:${port} as it is in use: choose another with --simulator-port`)
    : error;
