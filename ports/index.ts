/**
 * The app's only doors to time, randomness and the HTTP transport of the Azure SDK clients.
 *
 * `Date.now`, `new Date()`, timers and `Math.random` appear nowhere else in the app. A host that runs the app in
 * virtual time (the local host, tests) puts its own implementation on `globalThis` under {@link PORTS} before it loads
 * the app; being global it also reaches a second copy of these modules. Under Azure nothing is there and the real ones serve.
 */
import { randomBytes } from 'node:crypto';

export const PORTS = Symbol.for('stream-control.ports');

export interface Ports {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `task` after `ms` milliseconds; returns what cancels it. */
  timer(ms: number, task: () => void): () => void;
  /** `length` random bytes. */
  random(length: number): Uint8Array;
  /** Replaces the network below the Azure SDK clients (an `HttpClient` of @azure/core-rest-pipeline); undefined uses the network. */
  httpClient?: unknown;
}

const real: Ports = {
  now: () => Date.now(),
  timer: (ms, task) => {
    const handle = setTimeout(task, ms);
    return () => clearTimeout(handle);
  },
  random: (length) => randomBytes(length),
};

/** The ports in force: the host's when it has set them, else the real ones. */
export const ports = (): Ports => (globalThis as { [PORTS]?: Ports })[PORTS] ?? real;

/** Where a host of this app says what it cannot do at the moment, in words, by what it is about. */
const TROUBLES = Symbol.for('stream-control.troubles');

/** What the process that runs the app cannot do at the moment; empty when all is well, and on Azure. */
export const troubles = (): readonly string[] => [
  ...((globalThis as { [TROUBLES]?: ReadonlyMap<string, string> })[TROUBLES]?.values() ?? []),
];

/** Resolves after `ms` milliseconds of the port's time. */
export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    ports().timer(ms, resolve);
  });
