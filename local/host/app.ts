/**
 * An app folder, loaded through `main` of its package.json: the functions, hooks and programming model it registered.
 *
 * Node keeps modules for the life of a process, so an app is loaded once per process and shared by every host made over
 * its folder; each host keeps its own settings, routes, timers and log.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../read-json.ts';
import { type Registry, whileLoading } from './core-module.ts';
import type {
  CoreLogCategory,
  CoreLogLevel,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  ProgrammingModel,
} from './core-types.ts';
import { ensureError, HostError } from './errors.ts';
import { onlyForwarded } from './exchanges.ts';
import { guestServers } from './guest-servers.ts';
import { loadScript } from './native-import.ts';

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

export type AppLog = (level: CoreLogLevel, category: CoreLogCategory, message: string) => void;

export interface LoadedApp {
  dir: string;
  functions: readonly RegisteredFunction[];
  hooks: Readonly<Record<HookName, HookCallback[]>>;
  model: ProgrammingModel | undefined;
  /**
   * Asks the programming model for its capabilities, which locks `app.setup`; call after the appStart hooks.
   * @returns the base address of the app's HTTP proxy when it set `enableHttpStream`, see stream-proxy.ts
   */
  httpUri(): Promise<string | undefined>;
  /** What the proxy does with a request, once it listens. */
  proxy(): RequestListener | undefined;
}

/** What the Node worker tells the programming model about itself (azure-functions-nodejs-worker, getWorkerCapabilities.ts). */
const CAPABILITIES = [
  'RawHttpBodyBytes',
  'RpcHttpTriggerMetadataRemoved',
  'RpcHttpBodyOnly',
  'IgnoreEmptyValuedRpcHttpHeaders',
  'UseNullableValueDictionaryForHttp',
  'WorkerStatus',
  'TypedDataCollection',
  'HandlesWorkerTerminateMessage',
];

const packageJson = z.looseObject({ main: z.string().optional(), type: z.string().optional() });

function readPackage(dir: string): z.output<typeof packageJson> {
  const path = join(dir, 'package.json');
  if (!existsSync(path)) throw new HostError(`Cannot load the app: ${path} does not exist`);
  return readJsonFile(path, packageJson, 'Correct it');
}

/** Files that `main` names: a path, a folder, or a glob pattern, in alphabetical order. */
function entryFiles(dir: string, pattern: string): string[] {
  const path = join(dir, pattern);
  if (existsSync(path) && statSync(path).isFile()) return [pattern];
  const glob = existsSync(path) ? join(pattern, '**') : pattern;
  const magic = /[*?{}[\]!()]/.test(glob);
  const files = magic ? globSync(glob, { cwd: dir }).filter((file) => statSync(join(dir, file)).isFile()) : [];
  if (files.length === 0)
    throw new Error(magic ? 'Found zero files matching the supplied pattern' : 'File does not exist');
  return files.sort();
}

function newRegistry(log: AppLog) {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  const registry: Registry = {
    registerFunction(metadata, callback) {
      const id = metadata.functionId ?? metadata.name;
      if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
      functions.set(id, { metadata, callback });
      return () => functions.delete(id);
    },
    registerHook(name, callback) {
      hooks[name].push(callback);
      return () => {
        hooks[name] = hooks[name].filter((other) => other !== callback);
      };
    },
    log,
  };
  return { functions, hooks, registry };
}

async function load(dir: string, log: AppLog): Promise<LoadedApp> {
  const pack = readPackage(dir);
  const main = pack.main;
  if (!main) throw new HostError(`Cannot load the app: ${join(dir, 'package.json')} has no "main"`);
  const { functions, hooks, registry } = newRegistry(log);
  let current = main;
  const model = await whileLoading(registry, async () => {
    try {
      for (const file of entryFiles(dir, main)) {
        current = file;
        log('debug', 'system', `Loading entry point file "${file}"`);
        await loadScript(join(dir, file), pack.type);
        log('debug', 'system', `Loaded entry point file "${file}"`);
      }
    } catch (thrown) {
      const error = ensureError(thrown);
      throw new HostError(`Worker was unable to load entry point "${current}": ${error.message}`, { cause: error });
    }
  });
  // One proxy per app: it listens from the first call on.
  let capabilities: Promise<Record<string, string> | undefined> | undefined;
  let proxy: RequestListener | undefined;
  return {
    dir,
    functions: [...functions.values()],
    hooks,
    model,
    async httpUri() {
      capabilities ??= guestServers(
        async () => model?.getCapabilities?.(Object.fromEntries(CAPABILITIES.map((name) => [name, 'true']))),
        (server) => {
          proxy = onlyForwarded(server) ?? proxy;
        },
      );
      return (await capabilities)?.HttpUri;
    },
    proxy: () => proxy,
  };
}

const loaded = new Map<string, Promise<LoadedApp>>();

/**
 * Loads the app in `appDir`; a second call for the same folder returns the app as it was loaded.
 * @throws HostError when package.json, its `main` or what it names is missing, or the app's own code throws
 */
export function loadApp(appDir: string, log: AppLog): Promise<LoadedApp> {
  const dir = resolve(appDir);
  let app = loaded.get(dir);
  if (!app) {
    app = load(dir, log);
    loaded.set(dir, app);
    app.catch(() => loaded.delete(dir));
  }
  return app;
}
