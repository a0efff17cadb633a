/**
 * The Node worker: runs the functions of one loaded app, with hooks, typed data and trigger metadata as the real worker
 * does (azure-functions-nodejs-worker InvocationHandler.ts), and serves the durable engine as its {@link FunctionRunner}.
 */
import { randomUUID } from 'node:crypto';
import type { FunctionKind, FunctionRunner, InvocationResult, TypedData } from '../durable/ports.ts';
import { type AppLog, type LoadedApp, loadApp, type RegisteredFunction } from './app.ts';
import type {
  BindingInfo,
  CoreInvocationContext,
  CoreLogCategory,
  CoreLogLevel,
  HookName,
  InvocationResponse,
  RetryContext,
  RetryOptions,
  RpcData,
  TraceContext,
} from './core-types.ts';
import { ensureError } from './errors.ts';

/** A function of the app, enabled, with its trigger singled out. */
export interface AppFunction {
  name: string;
  trigger: BindingInfo;
  /** Key of the trigger among the bindings: the name under which its data is handed over. */
  triggerName: string;
  /** All bindings, the trigger among them. */
  bindings: Readonly<Record<string, BindingInfo>>;
  retry: RetryOptions | undefined;
}

export interface Invocation {
  /** What the trigger binding receives. */
  trigger: RpcData;
  triggerMetadata?: Record<string, RpcData>;
  retryContext?: RetryContext;
  traceContext?: TraceContext;
  invocationId?: string;
}

export interface WorkerOptions {
  appDir: string;
  /** Receives the app's own lines: `function` is undefined for what is logged outside an invocation. */
  log: (level: CoreLogLevel, category: CoreLogCategory, message: string, functionName?: string) => void;
  /** The text a durableClient input binding receives, see client-input.ts. */
  durableClientInput?: () => string;
  /** Says that a function must not run (`AzureWebJobs.<name>.Disabled`). */
  disabled?: (name: string) => boolean;
}

const KIND: Record<string, FunctionKind> = {
  orchestrationtrigger: 'orchestrator',
  activitytrigger: 'activity',
  entitytrigger: 'entity',
};

/** Stands for a trigger's value until {@link Worker.run} puts that in its place. */
const ALREADY_PARSED: RpcData = { json: 'null' };

const isTrigger = (binding: BindingInfo) => binding.type.toLowerCase().endsWith('trigger');
const isDurableClient = (binding: BindingInfo) =>
  ['durableclient', 'orchestrationclient'].includes(binding.type.toLowerCase());

/**
 * Trigger metadata of a durable function, as recorded from the real host (test/fixtures/traces, `triggerMetadataKeys`): for an
 * activity its data under three names and the members of an object. An orchestrator's holds its whole payload there once more,
 * history included; that is left out, as it would be parsed and copied at every turn and nobody reads it.
 */
function durableMetadata(kind: FunctionKind, trigger: TypedData, triggerName: string, instanceId: string) {
  const metadata: Record<string, RpcData> = {};
  if (kind === 'activity' && Object.keys(trigger).length > 0) {
    Object.assign(metadata, membersOf(trigger));
    metadata[triggerName] = trigger;
    metadata.data = trigger;
  }
  metadata.instanceId = asText(instanceId);
  return metadata;
}

/**
 * The programming model tries to parse every text and, for one that is no JSON, pays for the exception; written as JSON the same
 * text arrives. What could be JSON goes as it is.
 */
const asText = (text: string): RpcData =>
  /^[\s\d"[{tfn-]/.test(text) ? { string: text } : { json: JSON.stringify(text) };

function membersOf({ string, json }: TypedData): Record<string, RpcData> {
  const text = string ?? json;
  if (!text?.trimStart().startsWith('{')) return {};
  try {
    const members = Object.entries(JSON.parse(text) as object).filter(([, value]) => value !== null);
    return Object.fromEntries(members.map(([name, value]) => [name, { json: JSON.stringify(value) }]));
  } catch {
    return {};
  }
}

/** How an invocation ended, as the durable engine wants to know it. */
export async function settled(run: Promise<InvocationResponse>): Promise<InvocationResult> {
  try {
    return { ok: true, returnValue: (await run).returnValue ?? undefined };
  } catch (thrown) {
    const error = ensureError(thrown);
    return { ok: false, message: error.message, stack: error.stack ?? '' };
  }
}

export class Worker implements FunctionRunner {
  #app: LoadedApp;
  #options: WorkerOptions;
  #registered = new Map<string, RegisteredFunction>();
  /** By name in lower case. */
  #functions = new Map<string, AppFunction>();
  #names: Record<FunctionKind, string[]> = { orchestrator: [], activity: [], entity: [] };
  #appHookData: Record<string, unknown> = {};
  #hostHookData: Record<string, unknown> = {};
  #httpUri: string | undefined;

  constructor(app: LoadedApp, options: WorkerOptions) {
    this.#app = app;
    this.#options = options;
    for (const registered of app.functions) {
      const { name, bindings, retryOptions } = registered.metadata;
      const found = Object.entries(bindings).find(([, binding]) => isTrigger(binding));
      if (!found || options.disabled?.(name)) continue;
      this.#registered.set(name.toLowerCase(), registered);
      const [triggerName, trigger] = found;
      const kind = KIND[trigger.type.toLowerCase()];
      if (kind) this.#names[kind].push(name);
      this.#functions.set(name.toLowerCase(), { name, triggerName, trigger, bindings, retry: retryOptions });
    }
  }

  /** The enabled functions in the order of their registration. */
  get functions(): readonly AppFunction[] {
    return [...this.#functions.values()];
  }
  /** Base address of the app's HTTP proxy in streaming mode, else undefined; known once started. */
  get httpUri(): string | undefined {
    return this.#httpUri;
  }

  names(kind: FunctionKind): readonly string[] {
    return this.#names[kind];
  }

  invoke(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Promise<InvocationResult> {
    return settled(this.run(name, this.durableInvocation(kind, name, trigger, instanceId)));
  }

  durableInvocation(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Invocation {
    const fn = this.#functions.get(name.toLowerCase());
    return { trigger, triggerMetadata: durableMetadata(kind, trigger, fn?.triggerName ?? '', instanceId) };
  }

  /**
   * Runs one function once.
   * @param name any case
   * @throws what the function, a hook or the response's conversion threw
   */
  async run(name: string, invocation: Invocation): Promise<InvocationResponse> {
    const registered = this.#registered.get(name.toLowerCase());
    const model = this.#app.model;
    if (!registered || !model) throw new Error(`The function '${name}' doesn't exist or is disabled`);
    const { metadata } = registered;
    const hookData: Record<string, unknown> = {};
    const shared = { hookData, appHookData: this.#appHookData };
    let invocationContext: unknown;
    const core: CoreInvocationContext = {
      invocationId: invocation.invocationId ?? randomUUID(),
      request: {
        inputData: this.#inputs(registered, invocation.trigger),
        triggerMetadata: invocation.triggerMetadata ?? {},
        ...(invocation.retryContext && { retryContext: invocation.retryContext }),
        ...(invocation.traceContext && { traceContext: invocation.traceContext }),
      },
      metadata: { name: metadata.name, bindings: metadata.bindings },
      log: (level, category, message) => {
        const line = { ...shared, level, category, message, invocationContext };
        for (const hook of this.#app.hooks.log) hook(line);
        this.#options.log(line.level, category, line.message, metadata.name);
      },
    };
    const invocationModel = model.getInvocationModel(core);
    const { context, inputs } = await invocationModel.getArguments();
    // The model knows texts only. The trigger's is the one input among the arguments.
    if (invocation.trigger.value !== undefined) inputs[0] = invocation.trigger.value;
    invocationContext = context;

    core.state = 'preInvocationHooks';
    const pre = { ...shared, invocationContext, functionCallback: registered.callback, inputs };
    if (this.#app.hooks.preInvocation.length > 0) await this.#hooks('preInvocation', pre);

    core.state = 'invocation';
    const post = {
      ...shared,
      invocationContext,
      inputs: pre.inputs,
      result: null as unknown,
      error: null as unknown,
    };
    try {
      post.result = await invocationModel.invokeFunction(context, pre.inputs, pre.functionCallback);
    } catch (error) {
      // The hooks tell "no error" by null or undefined, so a thrown undefined must become something.
      post.error = error ?? new Error('Unknown error');
    }
    core.state = 'postInvocationHooks';
    if (this.#app.hooks.postInvocation.length > 0) await this.#hooks('postInvocation', post);
    core.state = undefined;
    if (post.error !== undefined && post.error !== null) throw post.error;
    return invocationModel.getResponse(context, post.result);
  }

  /** Runs the app's appStart hooks. Call once, before the first invocation. */
  async start(): Promise<void> {
    await this.#hooks('appStart', {
      hookData: this.#hostHookData,
      appHookData: this.#appHookData,
      functionAppDirectory: this.#app.dir,
    });
    this.#httpUri = await this.#app.httpUri();
  }
  /** Runs the app's appTerminate hooks, after the last invocation. */
  async terminate(): Promise<void> {
    await this.#hooks('appTerminate', { hookData: this.#hostHookData, appHookData: this.#appHookData });
  }

  async #hooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const hook of this.#app.hooks[name]) await hook(context);
  }

  #inputs(registered: RegisteredFunction, trigger: RpcData): { name: string; data: RpcData }[] {
    const inputs: { name: string; data: RpcData }[] = [];
    for (const [name, binding] of Object.entries(registered.metadata.bindings)) {
      if (binding.direction === 'out') continue;
      if (isTrigger(binding)) inputs.push({ name, data: trigger.value === undefined ? trigger : ALREADY_PARSED });
      else if (isDurableClient(binding))
        inputs.push({ name, data: { string: this.#options.durableClientInput?.() ?? '' } });
    }
    return inputs;
  }
}

/** Loads the app in `options.appDir` (once per process) and returns a worker over it. @throws HostError */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const log: AppLog = (level, category, message) => options.log(level, category, message);
  return new Worker(await loadApp(options.appDir, log), options);
}
