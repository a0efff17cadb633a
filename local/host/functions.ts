/** What the host knows of an app's functions, wherever they run. */
import type { FunctionKind, TypedData } from '../durable/ports.ts';
import type {
  BindingInfo,
  InvocationResponse,
  RetryContext,
  RetryOptions,
  RpcData,
  TraceContext,
} from './core-types.ts';
import type { Stream } from './stream-proxy.ts';

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

/** The app at work: in the host's own process, or in processes of its own. */
export interface AppWorker {
  /** The enabled functions in the order of their registration. */
  readonly functions: readonly AppFunction[];
  names(kind: FunctionKind): readonly string[];
  durableInvocation(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Invocation;
  /**
   * Runs one function once.
   * @param name any case
   * @throws what the function, a hook or the response's conversion threw, or that its process ended
   */
  run(name: string, invocation: Invocation): Promise<InvocationResponse>;
  /** In streaming mode, where the request of an HTTP invocation goes. Call before {@link run}. */
  stream(invocationId: string): Promise<Stream | undefined>;
  /** An invocation took too long and is given up. */
  giveUp(invocationId: string): void;
  /** Runs the app's appStart hooks. Call once, before the first invocation. */
  start(): Promise<void>;
  /** Runs the app's appTerminate hooks, after the last invocation. */
  terminate(): Promise<void>;
  /** Leaves behind what {@link terminate} did not see the end of. */
  abandon(): void;
}

const KIND: Record<string, FunctionKind> = {
  orchestrationtrigger: 'orchestrator',
  activitytrigger: 'activity',
  entitytrigger: 'entity',
};

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

/** Functions by name, and what goes with an invocation of a durable one. */
export class FunctionTable {
  /** By name in lower case. */
  #functions = new Map<string, AppFunction>();
  #names: Record<FunctionKind, string[]> = { orchestrator: [], activity: [], entity: [] };

  constructor(functions: readonly AppFunction[]) {
    for (const fn of functions) {
      const kind = KIND[fn.trigger.type.toLowerCase()];
      if (kind) this.#names[kind].push(fn.name);
      this.#functions.set(fn.name.toLowerCase(), fn);
    }
  }
  get functions(): readonly AppFunction[] {
    return [...this.#functions.values()];
  }
  names(kind: FunctionKind): readonly string[] {
    return this.#names[kind];
  }
  durableInvocation(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Invocation {
    const fn = this.#functions.get(name.toLowerCase());
    return { trigger, triggerMetadata: durableMetadata(kind, trigger, fn?.triggerName ?? '', instanceId) };
  }
}
