/**
 * Loads an app folder's `main` as the Functions worker does, in a process of its own, and prints what that took as JSON,
 * and the functions it registered. Settings come from the environment.
 */
import { readdirSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Milliseconds since the load began. */
export interface Spent {
  wall: number;
  cpu: number;
}
export interface Load {
  /** Until every function is registered. */
  start: Spent;
  /** Until the Azure SDKs are there as well. */
  azure: Spent;
  functions: string[];
}

const functions: string[] = [];
const disposable = { dispose: () => {} };
const core = {
  version: '3.13.0',
  hostVersion: '4.1037.0',
  registerFunction(metadata: { name: string }) {
    functions.push(metadata.name);
    return disposable;
  },
  registerHook: () => disposable,
  setProgrammingModel: () => {},
  getProgrammingModel: () => undefined,
  log: () => {},
};
const original = Module.prototype.require;
Module.prototype.require = function (this: Module, id: string) {
  return id === '@azure/functions-core' ? core : original.call(this, id);
} as typeof original;

/** The worker speaks gRPC and has these before it loads any app. */
const require = createRequire(import.meta.url);
const LOADED = 'assert buffer crypto dns events fs http http2 net os path process stream tls url util zlib';
for (const name of LOADED.split(' ')) require(`node:${name}`);

const folder = process.argv[2] ?? '.';
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string };
/** What `azure/sdk.ts` became: a file of its own, or a chunk of the bundle. */
const own = join(folder, 'dist/azure/sdk.js');
const chunk = readdirSync(join(folder, 'dist')).find((file) => /^sdk-\w+\.js$/.test(file));
const sdk = chunk === undefined ? own : join(folder, 'dist', chunk);

const before = process.cpuUsage();
const begun = performance.now();
const spent = (): Spent => {
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - begun, cpu: (user + system) / 1000 };
};
await import(pathToFileURL(join(folder, main)).href);
const start = spent();
await import(pathToFileURL(sdk).href);
const load: Load = { start, azure: spent(), functions: functions.sort() };
console.log(JSON.stringify(load));
process.exit(0);
