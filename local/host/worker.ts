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
  RpcData,
} from './core-types.ts';
import { ensureError, WorkerExit } from './errors.ts';
import { expectExchange, takeExchange } from './exchanges.ts';
import { type AppFunction, type AppWorker, FunctionTable, type Invocation } from './functions.ts';
import type { Stream } from './stream-proxy.ts';

export interface WorkerOptions {
  appDir: string;
  /** Receives the app's own lines: `function` is undefined for what is logged outside an invocation. */
  log: (level: CoreLogLevel, category: CoreLogCategory, message: string, functionName?: string) => void;
  /** The text a durableClient input binding receives, see client-input.ts. */
  durableClientInput?: () => string;
  /** Says that a function must not run (`AzureWebJobs.<name>.Disabled`). */
  disabled?: (name: string) => boolean;
}

/** Stands for a trigger's value until {@link Worker.run} puts that in its place. */
const ALREADY_PARSED: RpcData = { json: 'null' };

const isTrigger = (binding: BindingInfo) => binding.type.toLowerCase().endsWith('trigger');
const isDurableClient = (binding: BindingInfo) =>
  ['durableclient', 'orchestrationclient'].includes(binding.type.toLowerCase());

/** How an invocation ended, as the durable engine wants to know it. */
export async function settled(run: Promise<InvocationResponse>): Promise<InvocationResult> {
  try {
    return { ok: true, returnValue: (await run).returnValue ?? undefined };
  } catch (thrown) {
    const error = ensureError(thrown);
    const exited = error instanceof WorkerExit && { exited: true as const };
    return { ok: false, message: error.message, stack: error.stack ?? '', ...exited };
  }
}

export class Worker extends FunctionTable implements AppWorker, FunctionRunner {
  #app: LoadedApp;
  #options: WorkerOptions;
  #registered = new Map<string, RegisteredFunction>();
  #appHookData: Record<string, unknown> = {};
  #hostHookData: Record<string, unknown> = {};
  #httpUri: string | undefined;

  constructor(app: LoadedApp, options: WorkerOptions) {
    const found = app.functions.flatMap((registered) => {
      const fn = appFunction(registered);
      return fn && !options.disabled?.(fn.name) ? [[registered, fn] as const] : [];
    });
    super(found.map(([, fn]) => fn));
    this.#app = app;
    this.#options = options;
    for (const [registered, { name }] of found) this.#registered.set(name.toLowerCase(), registered);
  }

  invoke(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Promise<InvocationResult> {
    return settled(this.run(name, this.durableInvocation(kind, name, trigger, instanceId)));
  }

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

  /** Base address of the app's HTTP proxy in streaming mode, else undefined; known once started. */
  get httpUri(): string | undefined {
    return this.#httpUri;
  }
  async stream(invocationId: string): Promise<Stream | undefined> {
    const uri = this.#httpUri;
    if (uri === undefined) return undefined;
    expectExchange(invocationId);
    return { uri, headers: {}, direct: this.#app.proxy(), ended: () => takeExchange(invocationId) };
  }
  /** A function cannot be stopped from within its process: it goes on unheard. */
  giveUp(): void {}
  abandon(): void {}

  async start(): Promise<void> {
    await this.#hooks('appStart', {
      hookData: this.#hostHookData,
      appHookData: this.#appHookData,
      functionAppDirectory: this.#app.dir,
    });
    this.#httpUri = await this.#app.httpUri();
  }
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

function appFunction({ metadata: { name, bindings, retryOptions } }: RegisteredFunction): AppFunction | undefined {
  const [triggerName, trigger] = Object.entries(bindings).find(([, binding]) => isTrigger(binding)) ?? [];
  if (triggerName === undefined || !trigger) return undefined;
  return { name, triggerName, trigger, bindings, retry: retryOptions };
}

/** Loads the app in `options.appDir` (once per process) and returns a worker over it. @throws HostError */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const log: AppLog = (level, category, message) => options.log(level, category, message);
  return new Worker(await loadApp(options.appDir, log), options);
}
