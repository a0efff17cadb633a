/** What the durable engine needs from the Functions host, and what the host may ask of the engine. */

export type FunctionKind = 'orchestrator' | 'activity' | 'entity';

/** Typed data as it crosses the worker boundary (durable-functions' TypedData); absent means null or undefined. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number | string;
  double?: number;
  /** What `json` would become for the function, already parsed and its own to change: saves both sides the text. Triggers only. */
  value?: unknown;
}

/** How one invocation of a durable function ended: its return value, or the thrown error's message and stack. */
export type InvocationResult =
  | { ok: true; returnValue: TypedData | undefined }
  | { ok: false; message: string; stack: string /** The process that ran it ended. */; exited?: true };

/** The app's functions, as the engine sees them. Names compare case-insensitively. */
export interface FunctionRunner {
  /** The registered (and not disabled) functions of a kind, as spelled in the app. */
  names(kind: FunctionKind): readonly string[];
  /**
   * Runs one function. Never rejects for the app's own errors.
   * @param trigger what its trigger binding receives
   * @param instanceId goes into the trigger metadata
   */
  invoke(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Promise<InvocationResult>;
}

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error';

export interface LogSink {
  (level: LogLevel, category: string, message: string): void;
  /** Whether lines of what runs (the durable extension's trace) are to be made at all; a sink that does not say wants none. */
  wants?: (level: LogLevel, category: string) => boolean;
}

/** A request to, and an answer of, the management API (Microsoft Learn, "HTTP API reference of Durable Functions"). `path` starts after the base, for example `/instances/x`. */
export interface ManagementRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
  /** Origin and base path for the links in answers, for example `http://127.0.0.1:7071/runtime/webhooks/durabletask`. */
  baseUrl: string;
  /** Query string appended to links, for example `taskHub=H&connection=Storage&code=K`. */
  requiredQuery: string;
}
export interface ManagementResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * The engine as the host uses it. Construct it with `createDurableEngine(options)` of engine.ts:
 * `{ store, clock, runner, log, settings (the durableTask section of host.json), compat }`.
 */
export interface DurableEngine {
  /** Begins to run what is due, including everything a previous process left unfinished. */
  start(): Promise<void>;
  /** Stops taking up work and waits until what is running has been committed or given back. */
  stop(): Promise<void>;
  /** Takes up no more, and what is running goes unwritten: the end of a host that was killed. */
  halt(): void;
  /** Answers a management request; never throws. */
  manage(request: ManagementRequest): Promise<ManagementResponse>;
}
