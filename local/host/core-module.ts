/**
 * Provides `@azure/functions-core`, the module `@azure/functions` looks for to find its host.
 *
 * The real worker answers `require('@azure/functions-core')` by wrapping `Module.prototype.require`
 * (azure-functions-nodejs-worker, setupCoreModule.ts); the same is done here, which serves CommonJS apps and ES-module
 * apps alike because `@azure/functions` itself is CommonJS. `@azure/functions` keeps the first answer for the life of the
 * process, so there is one core object, and what is registered goes to the app that is being loaded at that moment.
 */
import Module from 'node:module';
import {
  type CoreLogCategory,
  type CoreLogLevel,
  type FunctionCallback,
  type FunctionMetadata,
  HOOKS,
  type HookCallback,
  type HookName,
  type ProgrammingModel,
} from './core-types.ts';

/** What an app registers while it loads. */
export interface Registry {
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): () => void;
  registerHook(name: HookName, callback: HookCallback): () => void;
  log(level: CoreLogLevel, category: CoreLogCategory, message: string): void;
}

/** Called with every module an app requires, so that a wrapper can be put around it (the durable client's axios). */
export type RequireObserver = (id: string, from: string, exports: unknown) => void;

const WORKER_VERSION = '3.13.0';
const HOST_VERSION = '4.1037.0';

/** Per process, also when this module is loaded twice (built and from source). */
interface Installed {
  /** The app being loaded. */
  active: Registry | undefined;
  /** The app loaded last: hooks and log lines of later on are its own, as functions cannot be any more. */
  last: Registry | undefined;
  model: ProgrammingModel | undefined;
  observers: RequireObserver[];
}
const KEY = Symbol.for('stream-control.functions-core');
const globals = globalThis as { [KEY]?: Installed };

function systemError<E extends Error>(error: E): E & { isAzureFunctionsSystemError: true } {
  return Object.assign(error, { isAzureFunctionsSystemError: true as const });
}

class Disposable {
  static from(...others: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const other of others) other.dispose();
    });
  }
  #onDispose: (() => unknown) | undefined;
  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }
  dispose(): unknown {
    const run = this.#onDispose;
    this.#onDispose = undefined;
    return run?.();
  }
}

function coreObject(state: Installed): Record<string, unknown> {
  const starting = (): Registry => {
    if (!state.active) throw systemError(new Error('A function can only be registered during app startup.'));
    return state.active;
  };
  return {
    version: WORKER_VERSION,
    get hostVersion() {
      return HOST_VERSION;
    },
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
      new Disposable(starting().registerFunction(metadata, callback)),
    registerHook: (name: HookName, callback: HookCallback) => {
      if (!HOOKS.includes(name))
        throw systemError(new RangeError(`Unrecognized hook "${name}": must be one of ${HOOKS.join(', ')}`));
      return new Disposable(state.last?.registerHook(name, callback) ?? (() => {}));
    },
    setProgrammingModel: (model: ProgrammingModel) => {
      state.model = model;
    },
    getProgrammingModel: () => state.model,
    log: (level: CoreLogLevel, category: CoreLogCategory, message: string) => state.last?.log(level, category, message),
    Disposable,
  };
}

function install(): Installed {
  const installed = globals[KEY];
  if (installed) return installed;
  const state: Installed = { active: undefined, last: undefined, model: undefined, observers: [] };
  globals[KEY] = state;
  const core = coreObject(state);
  const original = Module.prototype.require;
  Module.prototype.require = function (this: Module, id: string) {
    if (id === '@azure/functions-core') return core;
    const exports: unknown = original.call(this, id);
    for (const observe of state.observers) observe(id, this.filename ?? '', exports);
    return exports;
  } as typeof original;
  return state;
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs `load` while everything registered through `@azure/functions-core` goes to `registry`. Loads run one after the other.
 * @returns the programming model in force afterwards; apps that share a copy of `@azure/functions` share its model
 */
export function whileLoading(registry: Registry, load: () => Promise<void>): Promise<ProgrammingModel | undefined> {
  const run = async () => {
    const state = install();
    state.active = registry;
    state.last = registry;
    try {
      await load();
      return state.model;
    } finally {
      state.active = undefined;
    }
  };
  const result = queue.then(run, run);
  queue = result.catch(() => {});
  return result;
}

/** Lets `observer` see every module required by CommonJS code from now on. */
export function observeRequire(observer: RequireObserver): void {
  install().observers.push(observer);
}
