/**
 * The app's doors to time and randomness (ports/index.ts of an app that has them): an object on `globalThis` under
 * `Symbol.for('stream-control.ports')` with `now`, `timer`, `random` and, optionally, `httpClient`.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { away, sleeper } from './holds.ts';

const PORTS = Symbol.for('stream-control.ports');

/** As in @azure/core-rest-pipeline; the host looks into neither side. */
interface HttpClient {
  sendRequest(request: never): Promise<unknown>;
}

export interface AppPorts {
  random?: (length: number) => Uint8Array;
  /** Replaces the network below the app's Azure SDK clients; holds the clock while it works, but not while an answer is late. */
  httpClient?: HttpClient;
}

/** Makes the app live by `clock`. @returns what takes the ports away again */
export function installPorts(clock: Clock, given: AppPorts): () => void {
  const globals = globalThis as { [PORTS]?: unknown };
  const { httpClient } = given;
  const mine = {
    now: () => clock.now(),
    timer: sleeper(clock),
    random: given.random ?? ((length: number) => randomBytes(length)),
    httpClient: httpClient && { sendRequest: (request: never) => away(() => httpClient.sendRequest(request)) },
  };
  globals[PORTS] = mine;
  return () => {
    if (globals[PORTS] === mine) delete globals[PORTS];
  };
}
