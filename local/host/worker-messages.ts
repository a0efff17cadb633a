/** What a host and an app's own process tell each other, over the channel that Node opens between parent and child. */
import type { CoreLogCategory, CoreLogLevel, InvocationResponse } from './core-types.ts';
import type { Exchange } from './exchanges.ts';
import type { AppFunction, Invocation } from './functions.ts';

export type ToWorker =
  | { kind: 'load'; appDir: string; clientInput: string; pass: string }
  /** Run the appStart hooks; invocations follow. */
  | { kind: 'start' }
  | { kind: 'run'; id: string; name: string; invocation: Invocation }
  /** Run the appTerminate hooks and end. */
  | { kind: 'terminate' };

/** `exchange`: of an invocation whose request was forwarded. */
export type FromWorker =
  | { kind: 'loaded'; functions: readonly AppFunction[] }
  | { kind: 'started'; httpUri: string | undefined }
  /** The app did not load or start. */
  | { kind: 'refused'; message: string }
  | { kind: 'log'; level: CoreLogLevel; category: CoreLogCategory; message: string; name: string | undefined }
  | { kind: 'done'; id: string; response: InvocationResponse; exchange: Exchange }
  | { kind: 'threw'; id: string; message: string; stack: string; exchange: Exchange };
