/**
 * The texts of the extension's own log lines (durable extension EndToEndTraceHelper.cs), up to what every line ends in. Payloads
 * come in as they are to be shown. IsReplay is always False: the extension does not trace replays unless it is told to.
 */

export type FunctionType = 'Orchestrator' | 'Activity' | 'Entity';

/** Whose line it is: the instance it is told of and the function, which need not be that instance's. */
export interface Subject {
  instanceId: string;
  name: string;
  type: FunctionType;
}
export interface Line {
  /** The function it is about: decides the category. */
  name: string;
  text: string;
  /** Ends the lines of starts and ends of functions: the activity's id, otherwise -1. */
  taskEventId?: number;
}
export interface Operation {
  name: string;
  id: string;
  /** ms. */
  duration: number;
}

const of = ({ instanceId, name, type }: Subject): string => `${instanceId}: Function '${name} (${type})'`;

export const scheduled = (subject: Subject, reason: string): Line => ({
  name: subject.name,
  text: `${of(subject)} scheduled. Reason: ${reason}. IsReplay: False. State: Scheduled. RuntimeStatus: Pending.`,
});

export const started = (subject: Subject, input: string, taskEventId = -1): Line => ({
  name: subject.name,
  text: `${of(subject)} started. IsReplay: False. Input: ${input}. State: Started. RuntimeStatus: Running.`,
  taskEventId,
});

export const completed = (subject: Subject, output: string, continuedAsNew = false, taskEventId = -1): Line => ({
  name: subject.name,
  text: `${of(subject)} completed. ContinuedAsNew: ${continuedAsNew ? 'True' : 'False'}. IsReplay: False. Output: ${output}. State: Completed. RuntimeStatus: Completed.`,
  taskEventId,
});

export const failed = (subject: Subject, reason: string, taskEventId = -1): Line => ({
  name: subject.name,
  text: `${of(subject)} failed with an error. Reason: ${reason}. IsReplay: False. State: Failed. RuntimeStatus: Failed.`,
  taskEventId,
});

export const awaited = (subject: Subject): Line => ({
  name: subject.name,
  text: `${of(subject)} awaited. IsReplay: False. State: Awaited.`,
});

export const listening = (subject: Subject, reason: string): Line => ({
  name: subject.name,
  text: `${of(subject)} is waiting for input. Reason: ${reason}. IsReplay: False. State: Listening.`,
});

/** @param due in .NET's "o" format */
export const timerExpired = (subject: Subject, due: string): Line => ({
  name: subject.name,
  text: `${of(subject)} was resumed by a timer scheduled for '${due}'. IsReplay: False. State: TimerExpired.`,
});

export const eventReceived = (subject: Subject, event: string): Line => ({
  name: subject.name,
  text: `${of(subject)} received a '${event}' event. State: ExternalEventRaised.`,
});

export const answerReceived = (subject: Subject, operationId: string): Line => ({
  name: subject.name,
  text: `${of(subject)} received an entity response. OperationId: ${operationId}. State: ExternalEventRaised.`,
});

export const eventSaved = (subject: Subject, event: string): Line => ({
  name: subject.name,
  text: `${of(subject)} saved a '${event}' event to an in-memory queue. State: ExternalEventDropped.`,
});

export const terminated = (subject: Subject, reason: string): Line => ({
  name: subject.name,
  text: `${of(subject)} was terminated. Reason: ${reason}. State: Terminated. RuntimeStatus: Terminated.`,
});

export const suspending = ({ instanceId, name, type }: Subject, reason: string): Line => ({
  name,
  text: `${instanceId}: Suspending function '${name} (${type})'. Reason: ${reason}. State: Suspended. RuntimeStatus: Suspended.`,
});

export const resuming = ({ instanceId, name, type }: Subject, reason: string): Line => ({
  name,
  text: `${instanceId}: Resuming function '${name} (${type})'. Reason: ${reason}. State: Scheduled. RuntimeStatus: Running.`,
});

export const rewound = (subject: Subject, reason: string): Line => ({
  name: subject.name,
  text: `${of(subject)} was rewound. Reason: ${reason}. State: Rewound.`,
});

export const operationCompleted = (
  subject: Subject,
  { name, id, duration }: Operation,
  input: string,
  output: string,
): Line => ({
  name: subject.name,
  text: `${of(subject)} completed '${name}' operation ${id} in ${duration}ms. IsReplay: False. Input: ${input}. Output: ${output}.`,
});

export const operationFailed = (
  subject: Subject,
  { name, id, duration }: Operation,
  input: string,
  exception: string,
): Line => ({
  name: subject.name,
  text: `${of(subject)} failed '${name}' operation ${id} after ${duration}ms with exception ${exception}. Input: ${input}. IsReplay: False.`,
});

/** Operation and its id stay empty: an out-of-process entity runs in batches. */
export const stateChanged = (subject: Subject, change: 'created' | 'deleted'): Line => ({
  name: subject.name,
  text: `${of(subject)} ${change} entity state in '' operation . State: ${change === 'created' ? 'EntityStateCreated' : 'EntityStateDeleted'}.`,
});

export const lockGranted = (subject: Subject, request: string, instanceId: string, executionId: string): Line => ({
  name: subject.name,
  text: `${of(subject)} granted lock to request ${request} by instance ${instanceId}, execution ${executionId}. State: LockAcquired.`,
});

export const lockReleased = (subject: Subject, request: string, instanceId: string): Line => ({
  name: subject.name,
  text: `${of(subject)} released lock held by request ${request} by instance ${instanceId}. State: LockReleased.`,
});

/** @param details a full stop at their end is doubled, as the extension does */
export const warning = ({ instanceId, name }: Omit<Subject, 'type'>, details: string): Line => ({
  name,
  text: `${details}. InstanceId: ${instanceId}. Function: ${name}.`,
});
