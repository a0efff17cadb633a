/**
 * History events as the orchestrator trigger carries them: PascalCase names, numeric `EventType`, and the field order that
 * the real host writes (recorded, test/fixtures/traces; DTFx History/*.cs).
 */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
  ExecutionRewound: 21,
} as const;
type T = typeof EventType;

export const EVENT_NAMES = new Map<number, string>(Object.entries(EventType).map(([name, type]) => [type, name]));

interface Common {
  EventId: number;
  IsPlayed: boolean;
  Timestamp: string;
}
export interface ParentInstance {
  Name: string;
  OrchestrationInstance: { InstanceId: string; ExecutionId: string };
  TaskScheduleId: number;
  Version: string | null;
}
/** PascalCase as in history (DTFx FailureDetails.cs). */
export interface FailureDetails {
  ErrorType: string;
  ErrorMessage: string;
  StackTrace: string | null;
  InnerFailure: FailureDetails | null;
  IsNonRetriable: boolean;
  Properties: Record<string, unknown> | null;
}
export interface ExecutionStarted extends Common {
  EventType: T['ExecutionStarted'];
  OrchestrationInstance: { InstanceId: string; ExecutionId: string };
  ParentInstance: ParentInstance | null;
  Name: string;
  Version: string | null;
  Input: string | null;
  Tags: null;
  Correlation: null;
  ParentTraceContext: unknown;
  ScheduledStartTime: string | null;
  Generation: number | null;
  GenerateNewTrace?: false;
}
export interface ExecutionCompleted extends Common {
  EventType: T['ExecutionCompleted'];
  /** Index into {@link STATUSES}. */
  OrchestrationStatus: number;
  Result: string | null;
  FailureDetails: FailureDetails | null;
}
export interface ExecutionTerminated extends Common {
  EventType: T['ExecutionTerminated'];
  Input: string | null;
}
export interface TaskScheduled extends Common {
  EventType: T['TaskScheduled'];
  Name: string;
  Version: string;
  Input: string | null;
  ParentTraceContext: null;
  Tags?: null;
}
export interface TaskCompleted extends Common {
  EventType: T['TaskCompleted'];
  TaskScheduledId: number;
  Result: string | null;
}
export interface TaskFailed extends Common {
  EventType: T['TaskFailed'];
  TaskScheduledId: number;
  Reason: string;
  Details: string | null;
  FailureDetails: FailureDetails | null;
}
export interface SubOrchestrationCreated extends Common {
  EventType: T['SubOrchestrationInstanceCreated'];
  Name: string;
  Version: string | null;
  InstanceId: string;
  Input: string | null;
  ClientSpanId: string | null;
  Tags?: null;
}
export interface SubOrchestrationCompleted extends Common {
  EventType: T['SubOrchestrationInstanceCompleted'];
  TaskScheduledId: number;
  Result: string | null;
}
export interface SubOrchestrationFailed extends Common {
  EventType: T['SubOrchestrationInstanceFailed'];
  TaskScheduledId: number;
  Reason: string | null;
  Details: string | null;
  FailureDetails: FailureDetails | null;
}
export interface TimerCreated extends Common {
  EventType: T['TimerCreated'];
  FireAt: string;
}
export interface TimerFired extends Common {
  EventType: T['TimerFired'];
  TimerId: number;
  FireAt: string;
}
export interface Marker extends Common {
  EventType: T['OrchestratorStarted'] | T['OrchestratorCompleted'];
}
export interface EventSent extends Common {
  EventType: T['EventSent'];
  InstanceId: string;
  Name: string;
  Input: string | null;
}
export interface EventRaised extends Common {
  EventType: T['EventRaised'];
  Name: string;
  Input: string | null;
  ParentTraceContext: null;
}
export interface GenericEvent extends Common {
  EventType: T['GenericEvent'];
  Data: string | null;
}
export interface SuspensionChanged extends Common {
  EventType: T['ExecutionSuspended'] | T['ExecutionResumed'];
  Reason: string | null;
}
export interface ExecutionRewound extends Common {
  EventType: T['ExecutionRewound'];
  Reason: string | null;
  ParentExecutionId: string | null;
  InstanceId: string | null;
}
export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | TaskScheduled
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationCreated
  | SubOrchestrationCompleted
  | SubOrchestrationFailed
  | TimerCreated
  | TimerFired
  | Marker
  | EventSent
  | EventRaised
  | GenericEvent
  | SuspensionChanged
  | ExecutionRewound;

/** Instance states in the order of DTFx OrchestrationStatus, which history stores as a number. */
export const STATUSES = [
  'Running',
  'Completed',
  'ContinuedAsNew',
  'Failed',
  'Canceled',
  'Terminated',
  'Pending',
  'Suspended',
] as const;
export type Status = (typeof STATUSES)[number];

const TERMINAL: ReadonlySet<Status> = new Set<Status>(['Completed', 'Failed', 'Canceled', 'Terminated']);
export const isTerminal = (status: Status): boolean => TERMINAL.has(status);

type Fields<E extends HistoryEvent> = Omit<E, keyof Common | 'EventType'>;

/** Most events share their moment with the one before. */
let last = { now: 0, text: '' };
function timestamp(now: number): string {
  if (last.now !== now) last = { now, text: new Date(now).toISOString() };
  return last.text;
}

/** Builds an event in the field order of the real host. @param now ms since epoch @param id sequence id; -1 for what arrives from outside */
export function event<E extends HistoryEvent>(type: E['EventType'], fields: Fields<E>, now: number, id = -1): E {
  const common = { EventId: id, IsPlayed: false, Timestamp: timestamp(now) };
  if (type === EventType.ExecutionStarted) {
    const { OrchestrationInstance, ...rest } = fields as unknown as Fields<ExecutionStarted>;
    return { OrchestrationInstance, EventType: type, ...rest, ...common } as unknown as E;
  }
  return { EventType: type, ...fields, ...common } as unknown as E;
}
