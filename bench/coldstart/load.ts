/**
 * Loads an app folder's `main` as the Functions worker does, in a process of its own, and prints what that took as JSON: milliseconds
 * of wall clock and of processor, and the functions it registered. Settings come from the environment.
 */
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Load {
  wall: number;
  cpu: number;
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
for (const name of [
  'assert',
  'buffer',
  'crypto',
  'dns',
  'events',
  'fs',
  'http',
  'http2',
  'net',
  'os',
  'path',
  'process',
  'stream',
  'tls',
  'url',
  'util',
  'zlib',
])
  require(`node:${name}`);

const folder = process.argv[2] ?? '.';
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string };
const before = process.cpuUsage();
const begun = performance.now();
await import(pathToFileURL(join(folder, main)).href);
const { user, system } = process.cpuUsage(before);
const load: Load = { wall: performance.now() - begun, cpu: (user + system) / 1000, functions: functions.sort() };
console.log(JSON.stringify(load));
process.exit(0);
