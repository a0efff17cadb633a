import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import { serveArm } from './core/arm.ts';
import { exchange } from './core/exchange.ts';
import type { SimRequest, SimResponse } from './core/http.ts';
import { inProcessClient } from './core/http-client.ts';
import { Journal } from './core/journal.ts';
import { Kernel } from './core/kernel.ts';
import type { OutsideOptions } from './core/outside.ts';
import type { Provider } from './core/provider.ts';
import { type Listening, listen, type TlsIdentity } from './core/server.ts';
import type { SettingsPatch } from './core/settings.ts';
import { type Dump, Store } from './core/store.ts';
import { providers } from './providers.ts';

export interface SimulatorOptions extends OutsideOptions {
  clock: Clock;
  /** Folder of the state; undefined keeps it in memory. */
  dataDir?: string | undefined;
  /** Same seed and same calls give the same answers. */
  seed?: string | number;
  /** Divides the durations of operations; default 1. */
  timeScale?: number;
  /** A fault plan, see `core/fault-plan.ts`. */
  faults?: unknown;
  subscriptionId?: string;
  tenantId?: string;
  /** What of Azure's behaviour is on, see `core/settings.ts`. */
  settings?: SettingsPatch;
  /** Further or other providers than the usual ones. */
  providers?: readonly Provider[];
  /** State to begin with, from `snapshot`. */
  snapshot?: Snapshot;
}

export interface Snapshot {
  version: 1;
  takenAt: string;
  state: Dump;
}

export interface Simulator {
  /** The machinery, for tests and for tools in process. */
  readonly kernel: Kernel;
  /** Serves one request in process. @throws ConnectionLost when a fault cuts the connection */
  handle(request: SimRequest): Promise<SimResponse>;
  /** For the `httpClient` option of every Azure SDK client. */
  readonly httpClient: HttpClient;
  /** @param port 0 picks a free one */
  listen(port: number, options?: { tls?: TlsIdentity }): Promise<Listening>;
  stop(): Promise<void>;
  /** The whole state, vault values included only when asked for. */
  snapshot(options?: { secrets?: boolean }): Snapshot;
  /** A second simulator in memory that goes on from here by itself, on its own clock. */
  fork(options: Partial<SimulatorOptions> & { clock: Clock }): Simulator;
}

export const DEFAULT_SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const DEFAULT_TENANT = '11111111-1111-1111-1111-111111111111';

/** An Azure in this process. @throws Error when the data folder is in use or the fault plan is none */
export function createSimulator(options: SimulatorOptions): Simulator {
  const store = new Store(options.dataDir, options.snapshot?.state);
  const kernel = new Kernel({
    clock: options.clock,
    store,
    seed: String(options.seed ?? 1),
    timeScale: options.timeScale ?? 1,
    subscriptionId: options.subscriptionId ?? DEFAULT_SUBSCRIPTION,
    tenantId: options.tenantId ?? DEFAULT_TENANT,
    providers: options.providers ?? providers,
    webhook: options.webhook,
    send: options.send,
  });
  kernel.arm = { serve: (request) => serveArm(kernel, request) };
  if (options.settings) kernel.settingsStore.change(options.settings);
  if (options.faults !== undefined) kernel.faults.replace(options.faults);
  kernel.start();
  const journal = new Journal();
  const snapshot = (choice: { secrets?: boolean } = {}): Snapshot => ({
    version: 1,
    takenAt: kernel.time.iso(),
    state: store.dump({ secrets: choice.secrets ?? false }),
  });
  const handle = (request: SimRequest) => exchange(kernel, journal, request, snapshot);
  const open: Listening[] = [];
  let stopped = false;
  return {
    kernel,
    handle,
    httpClient: inProcessClient(handle),
    listen: async (port, choice = {}) => {
      const listening = await listen(handle, port, choice.tls);
      open.push(listening);
      return listening;
    },
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await Promise.all(open.map((one) => one.close()));
      kernel.stop();
    },
    snapshot,
    fork: (changes) => {
      const { dataDir: _, faults: __, ...rest } = options;
      return createSimulator({ ...rest, snapshot: snapshot({ secrets: true }), ...changes });
    },
  };
}
