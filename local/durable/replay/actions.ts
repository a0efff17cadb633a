/** What an orchestrator function returns: the state with every action since the start of the generation (durable-functions OrchestratorState, actions/*). */
import type { FailureDetails } from '../history.ts';

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}
export interface HttpRequest {
  method: string;
  uri: string;
  content?: string;
  headers?: Record<string, string>;
  tokenSource?: { kind?: string; resource?: string };
  asynchronousPatternEnabled?: boolean;
}
export interface EntityKey {
  name: string;
  key: string;
}

export type Action =
  | { actionType: 0; functionName: string; input?: unknown }
  | { actionType: 1; functionName: string; input?: unknown; retryOptions: RetryOptions }
  | { actionType: 2; functionName: string; input?: unknown; instanceId?: string; version?: string }
  | {
      actionType: 3;
      functionName: string;
      input?: unknown;
      instanceId?: string;
      version?: string;
      retryOptions: RetryOptions;
    }
  | { actionType: 4; input?: unknown }
  | { actionType: 5; fireAt: string; isCanceled?: boolean }
  | { actionType: 6; externalEventName: string }
  | { actionType: 7; instanceId: string; operation: string; input?: unknown }
  | { actionType: 8; httpRequest: HttpRequest }
  | { actionType: 9; instanceId: string; operation: string; input?: unknown }
  | { actionType: 10; instanceId: string; operation: string; input?: unknown; fireAt: string }
  | { actionType: 11 | 12; compoundActions: Action[] }
  | { actionType: 13; lockSet: EntityKey[]; lockRequestId: string }
  | { actionType: 14 };

export const ACTION = {
  callActivity: 0,
  callActivityWithRetry: 1,
  callSubOrchestrator: 2,
  callSubOrchestratorWithRetry: 3,
  continueAsNew: 4,
  createTimer: 5,
  waitForExternalEvent: 6,
  callEntity: 7,
  callHttp: 8,
  signalEntity: 9,
  scheduledSignalEntity: 10,
  whenAny: 11,
  whenAll: 12,
  lockEntities: 13,
  releaseEntities: 14,
} as const;

export interface OrchestratorState {
  isDone?: boolean;
  actions: Action[][];
  output?: unknown;
  schemaVersion?: number;
  error?: string;
  customStatus?: unknown;
  failureDetails?: FailureDetails;
}

/** How one invocation of an orchestrator function ended. */
export type Outcome =
  | { kind: 'state'; state: OrchestratorState; stack: string }
  /** The function failed without a state: an error of the SDK or the worker. */
  | { kind: 'error'; message: string; stack: string };

const STATE_MARK = '\n\n$OutOfProcData$:';

/** Reads a returned value or a thrown message; a thrown one carries its state after `$OutOfProcData$:` (durable-functions OrchestrationFailureError). */
export function outcomeOf(
  result: { ok: true; text: string | undefined } | { ok: false; message: string; stack: string },
): Outcome {
  if (result.ok) return stateOf(result.text, '');
  const at = result.message.indexOf(STATE_MARK);
  if (at < 0) return { kind: 'error', message: result.message, stack: result.stack };
  const outcome = stateOf(result.message.slice(at + STATE_MARK.length), result.stack);
  if (outcome.kind === 'error' || (outcome.state.error && outcome.state.isDone !== true)) return outcome;
  // No text to fail with (`throw 'text'`), or over already (thrown after continueAsNew): the state counts for nothing, and
  // the whole message is what is said (extension 3.19.0, test/conformance/extension/scenarios; older ones waited for ever).
  const { message, stack } = result;
  return {
    kind: 'error',
    message: `One or more errors occurred. (Result: Failure\nException: ${message}\nStack: ${stack})`,
    stack,
  };
}

function stateOf(text: string | undefined, stack: string): Outcome {
  if (text === undefined) return { kind: 'state', state: { isDone: true, actions: [[]], schemaVersion: 1 }, stack };
  try {
    const state: unknown = JSON.parse(text);
    if (typeof state === 'object' && state !== null && !Array.isArray(state)) {
      return { kind: 'state', state: state as OrchestratorState, stack };
    }
    return {
      kind: 'error',
      message: 'The data returned by the out-of-process function execution was not valid json.',
      stack,
    };
  } catch {
    return { kind: 'error', message: 'Out of proc orchestrators must return a valid JSON schema', stack };
  }
}
