/**
 * Behaviours of the real host that a local one might wish to differ in, each by name with its reason. The defaults mirror the
 * newest extension, because what is tested here is deployed there; `EXTENSION_3_0_0` is the one the recordings were made with.
 */
export interface Compat {
  /** Extension 3.0.0 answered a start on a running id with 500 OrchestrationAlreadyExistsException; newer ones with 409. */
  startConflictIs500: boolean;
  /** 3.0.0: rewind of what is not Failed answers 410 (or 500), purge of a running instance 200; newer: 412 with a text for both. */
  looseRewindAndPurge: boolean;
  /** 3.0.0 knows no `version` on start. */
  startIgnoresVersion: boolean;
  /** An entity's own signals go to the target name as spelled, which is another entity than the lower-cased one that clients and orchestrations reach. */
  entitySignalsKeepCase: boolean;
  /** 3.0.0 says less, and other things, where a restart, a rewind or a wait is refused. */
  oldErrorTexts: boolean;
  /** 3.0.0 writes no Tags on what is scheduled, no GenerateNewTrace, "" for no version, span ids, and 32 digits as execution id of a client's start. */
  oldHistoryFields: boolean;
  /** 3.0.0 hands entities their operations without ids. */
  entityOperationsWithoutId: boolean;
  /** The Azure Storage provider rewinds by blanking the failed events to GenericEvent; others remove them and start a new execution. */
  rewindBlanksEvents: boolean;
  /** Highest replay schema announced to the SDK: 2 (V3) before extension 3.14, 3 (V4, locks) since. */
  upperSchemaVersion: 2 | 3;
  /** 3.0.0 swallowed "function doesn't exist" of a call: the instance stays Running for ever. Newer ones fail it (extension #3471). */
  unknownFunctionHangs: boolean;
  /** A boolean activity input arrives as the text "True" or "False" (JValue to string in .NET); off: as JSON. */
  booleanInputAsText: boolean;
  /** continueAsNew('x') gives the next generation the input "\"x\"": the SDK encodes strings twice and nothing undoes it. */
  continueAsNewEncodesStringsTwice: boolean;
  /** Events buffered before continueAsNew are lost (preserveUnprocessedEvents is false for out-of-process apps). */
  continueAsNewLosesBufferedEvents: boolean;
  /** When retryTimeout expires the extension stops without the timer that the SDK waits for, which then waits for ever (durable-functions-js #629). */
  retryTimeoutHangs: boolean;
  /** Error texts of activities have two spaces after the colon: the host keeps the one behind its own "Exception:". */
  doubleSpaceInFailures: boolean;
  /** How long a client's start stays Pending before its first turn, ms: 3.0.0 took it from a polled queue, so who asks at once sees it (test/fixtures/traces/http.json, `status-early`). */
  firstTurnDelay: number;
  /** 3.0.0 told what runs under `Host.Triggers.DurableTask`; newer ones tell it under `Function.<name>.User`, where the app's own lines are. */
  oneLogCategory: boolean;
  /**
   * Azure's queues hide a message for whole seconds, rounded down: a timer fires up to a second early, one of less than a second
   * at once. Off by default: at a time scale everything is shorter than a second, and virtual time is exact.
   */
  timersEarly: boolean;
  /** Status bodies also carry `history`, the key that the SDK's DurableOrchestrationStatus reads; the real host sends only `historyEvents`. */
  statusHistoryKey: boolean;
}

export const NEWEST: Compat = {
  startConflictIs500: false,
  looseRewindAndPurge: false,
  startIgnoresVersion: false,
  entitySignalsKeepCase: true,
  oldErrorTexts: false,
  oldHistoryFields: false,
  entityOperationsWithoutId: false,
  rewindBlanksEvents: true,
  upperSchemaVersion: 3,
  unknownFunctionHangs: false,
  booleanInputAsText: true,
  continueAsNewEncodesStringsTwice: true,
  continueAsNewLosesBufferedEvents: true,
  retryTimeoutHangs: true,
  doubleSpaceInFailures: true,
  firstTurnDelay: 0,
  oneLogCategory: false,
  timersEarly: false,
  statusHistoryKey: false,
};

export const EXTENSION_3_0_0: Compat = {
  ...NEWEST,
  startConflictIs500: true,
  looseRewindAndPurge: true,
  startIgnoresVersion: true,
  oldErrorTexts: true,
  oldHistoryFields: true,
  entityOperationsWithoutId: true,
  upperSchemaVersion: 2,
  unknownFunctionHangs: true,
  firstTurnDelay: 30,
  oneLogCategory: true,
};

/** What the extension calls itself in requests and log lines, as of the release whose recordings are kept. */
export const EXTENSION_VERSION = '3.0.0';

/** `newest`, `extension-3.0.0`, or single differences from `newest`. */
export type CompatOption = 'newest' | 'extension-3.0.0' | Partial<Compat>;

export function compatOf(option: CompatOption | undefined): Compat {
  if (option === undefined || option === 'newest') return NEWEST;
  if (option === 'extension-3.0.0') return EXTENSION_3_0_0;
  if (typeof option === 'string') {
    throw new Error(
      `Cannot start the durable engine as compat must be 'newest', 'extension-3.0.0' or an object: current value is '${option}'`,
    );
  }
  const unknown = Object.keys(option).filter((name) => !(name in NEWEST));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot start the durable engine as compat has no '${unknown.join("', '")}': valid names are ${Object.keys(NEWEST).join(', ')}`,
    );
  }
  return { ...NEWEST, ...option };
}
