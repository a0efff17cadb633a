/** A simulated Azure in virtual time with the real SDK clients in front of it, for tests. */
import { ComputeManagementClient } from '@azure/arm-compute';
import aci from '@azure/arm-containerinstance';
import { NetworkManagementClient } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SecretClient } from '@azure/keyvault-secrets';
import { RealClock, VirtualClock } from '../../../local/clock.ts';
import { createSimulator, DEFAULT_SUBSCRIPTION, type FleetOptions } from '../../../local/fleet/simulator.ts';

export const START = Date.UTC(2026, 10, 21, 9, 0, 0);
export const SUBSCRIPTION = DEFAULT_SUBSCRIPTION;
export const MIXER_IMAGE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images/mixer/versions/1.0.0`;

/** The SDK waits with setTimeout: in virtual time that is the clock's business. Returns what puts the real ones back. */
function virtualTimers(clock: VirtualClock): () => void {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const pending = new Map<object, () => void>();
  const set = (task: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): object => {
    const handle = { unref: () => handle, ref: () => handle };
    pending.set(
      handle,
      clock.at(clock.now() + ms, () => {
        pending.delete(handle);
        task(...args);
      }),
    );
    return handle;
  };
  const clear = (handle: object) => {
    pending.get(handle)?.();
    pending.delete(handle);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  return () => {
    Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
  };
}

export type World = Awaited<ReturnType<typeof world>>;

/** Everything a test needs; call `close` when it is done. */
export async function world(options: Partial<FleetOptions> = {}) {
  const clock = new VirtualClock(START);
  const restore = virtualTimers(clock);
  const simulator = createSimulator({ clock, seed: 7, ...options });
  const credential = {
    getToken: async () => ({ token: 'any', expiresOnTimestamp: new RealClock().now() + 3_600_000 }),
  };
  const client = { httpClient: simulator.httpClient, retryOptions: { maxRetries: 0 } };
  const resources = new ResourceManagementClient(credential, SUBSCRIPTION, client);
  /** Lets virtual time run until `promise` settles. */
  const run = async <T>(promise: PromiseLike<T>): Promise<T> => {
    let done = false;
    const settled = Promise.resolve(promise).finally(() => {
      done = true;
    });
    settled.catch(() => {});
    const finished = await clock.drive(() => done);
    if (!finished) throw new Error('nothing is left to wait for, and the promise has not settled');
    return settled;
  };
  return {
    clock,
    simulator,
    kernel: simulator.kernel,
    resources,
    compute: new ComputeManagementClient(credential, SUBSCRIPTION, client),
    network: new NetworkManagementClient(credential, SUBSCRIPTION, client),
    secrets: (vault: 'control' | 'mixers') => new SecretClient(`https://${vault}.vault.azure.net`, credential, client),
    containers: new aci.ContainerInstanceManagementClient(credential, SUBSCRIPTION, client),
    run,
    /** Lets `seconds` pass. */
    pass: async (seconds: number) => {
      const until = clock.now() + seconds * 1000;
      clock.at(until, () => {});
      await clock.drive(() => clock.now() >= until);
    },
    /** Azure seconds that `task` takes. */
    took: async (task: PromiseLike<unknown>) => {
      const from = clock.now();
      await run(task);
      return (clock.now() - from) / 1000;
    },
    /** The error of a call that must fail. */
    refused: async (task: PromiseLike<unknown>): Promise<{ statusCode?: number; code?: string; message: string }> => {
      try {
        await run(task);
      } catch (error) {
        return error as { statusCode?: number; code?: string; message: string };
      }
      throw new Error('the call was expected to be refused, and was not');
    },
    group: (name = 'rg', location = 'westeurope') => run(resources.resourceGroups.createOrUpdate(name, { location })),
    /** USD per hour of everything that is billed now. */
    rate: () => Number(simulator.kernel.metering.report(clock.now()).perHour),
    raw: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      run(
        simulator.handle({
          method,
          url: new URL(path, 'https://management.azure.com'),
          headers: { authorization: 'Bearer any', ...headers },
          body: body === undefined ? undefined : JSON.stringify(body),
        }),
      ),
    close: async () => {
      restore();
      await simulator.stop();
    },
  };
}
