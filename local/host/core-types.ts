/**
 * The contract between `@azure/functions` and its host: the module `@azure/functions-core`.
 * Shapes after azure-functions-nodejs-worker `types-core/index.d.ts`, as far as `@azure/functions` 4 uses them.
 */
import type { TypedData } from '../durable/ports.ts';

export type CoreLogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type CoreLogCategory = 'user' | 'system' | 'customMetric';

export interface BindingInfo {
  type: string;
  direction?: 'in' | 'out' | 'inout';
  name?: string;
  [option: string]: unknown;
}

/** Retry policy of a function; intervals in seconds. `maxRetryCount` -1 retries for ever. */
export interface RetryOptions {
  retryStrategy?: 'fixedDelay' | 'exponentialBackoff';
  maxRetryCount?: number;
  delayInterval?: { seconds?: number };
  minimumInterval?: { seconds?: number };
  maximumInterval?: { seconds?: number };
}

export interface FunctionMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, BindingInfo>;
  retryOptions?: RetryOptions;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export interface RpcCookie {
  name: string;
  value: string;
  domain?: { value?: string };
  path?: { value?: string };
  expires?: { value?: { seconds?: number } };
  secure?: { value?: boolean };
  httpOnly?: { value?: boolean };
  sameSite?: string;
  maxAge?: { value?: number };
}

/** Both directions: requests carry url, method and the nullable maps, responses carry statusCode, headers and cookies. */
export interface RpcHttp {
  url?: string;
  method?: string;
  nullableHeaders?: Record<string, { value: string }>;
  nullableQuery?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
  enableContentNegotiation?: boolean;
  body?: RpcData | null;
}

export interface RpcData extends TypedData {
  http?: RpcHttp;
}

export interface RetryContext {
  retryCount: number;
  maxRetryCount: number;
  exception?: { message?: string; source?: string; stackTrace?: string };
}

export interface TraceContext {
  traceParent: string;
  traceState: string;
  attributes: Record<string, string>;
}

export interface InvocationRequest {
  inputData: { name: string; data: RpcData }[];
  triggerMetadata: Record<string, RpcData>;
  retryContext?: RetryContext;
  traceContext?: TraceContext;
}

export interface InvocationResponse {
  outputData?: { name: string; data: RpcData }[];
  returnValue?: RpcData | null;
}

export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: { name: string; bindings: Record<string, BindingInfo> };
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: CoreLogLevel, category: CoreLogCategory, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(worker: Record<string, string>): Promise<Record<string, string>>;
}

export const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof HOOKS)[number];
export type HookCallback = (context: Record<string, unknown>) => unknown;
