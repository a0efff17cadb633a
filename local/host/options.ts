/** What a host is made of. */
import type { Clock } from '../clock.ts';
import type { CompatOption } from '../durable/compat.ts';
import type { LogSink } from '../durable/ports.ts';
import type { AppPorts } from './app-ports.ts';
import type { EngineParts, HostedEngine, LateRedelivery } from './engine.ts';

export type Role = 'http' | 'timers' | 'durable';

export interface HostOptions {
  /** Folder with host.json, package.json and, perhaps, local.settings.json. */
  appDir: string;
  /** Folder for durable state, timers' status and keys; made when it is not there. */
  dataDir: string;
  clock?: Clock;
  /** What this process does of the app; everything by default. */
  roles?: readonly Role[];
  /** Origin of the process that runs the durable functions, when this one does not. */
  durableOrigin?: string;
  /** Makes the durable engine; by default the one of local/durable on a database in the data folder. */
  engine?: (parts: EngineParts) => HostedEngine;
  /** What a host before had taken comes back when the real one's queues would give it back, and not at once (local/durable/redelivery.ts). */
  lateRedelivery?: LateRedelivery;
  /** App settings that win over the environment and local.settings.json; a function gets the host's origin. */
  settings?: Record<string, string> | ((origin: string) => Record<string, string>);
  /** Runs the app in so many processes of its own, 1 to 10, instead of in this one; needs a socket and the real clock. By default FUNCTIONS_WORKER_PROCESS_COUNT says. */
  workers?: number | undefined;
  /** Receives every line that host.json's levels let through; standard error by default. */
  log?: LogSink;
  /** What the app sees of randomness and the network; its time is always the clock's. */
  ports?: AppPorts;
  /** Whether keys are asked for where local.settings.json does not say; not by default, as only this machine can ask. */
  enforceKeys?: boolean;
  /** Where else the app is reached, through a tunnel for example: requests to that name pass, but for the app's own paths only. */
  publicUrl?: string | undefined;
  /** Behaviours of the real host one may wish away: `streamHangs`, see stream-proxy.ts; for `durable`, local/durable/compat.ts. */
  compat?: { streamHangs?: boolean; durable?: CompatOption };
}
