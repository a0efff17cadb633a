/**
 * Rewinding a failed instance, as pure functions over its history. Newer extensions drop what failed and start a new execution
 * (DTFx TaskOrchestrationDispatcher.ProcessRewindOrchestrationDecision); 3.0.0 blanked it (test/fixtures/traces/activity-fails-uncaught-then-rewind.json).
 */
import { EventType, event, type GenericEvent, type HistoryEvent, type Marker } from './history.ts';

export interface Rewound {
  events: HistoryEvent[];
  /** Instance ids of failed sub-orchestrations, to be rewound too. */
  children: string[];
}

function failedIds(events: readonly HistoryEvent[]): { tasks: Set<number>; children: Set<number> } {
  const tasks = new Set<number>();
  const children = new Set<number>();
  for (const one of events) {
    if (one.EventType === EventType.TaskFailed) tasks.add(one.TaskScheduledId);
    if (one.EventType === EventType.SubOrchestrationInstanceFailed) children.add(one.TaskScheduledId);
  }
  return { tasks, children };
}

const failedChildren = (events: readonly HistoryEvent[], ids: ReadonlySet<number>): string[] =>
  events.flatMap((one) =>
    one.EventType === EventType.SubOrchestrationInstanceCreated && ids.has(one.EventId) ? [one.InstanceId] : [],
  );

const isEnd = ({ EventType: type }: HistoryEvent): boolean =>
  type === EventType.TaskFailed ||
  type === EventType.SubOrchestrationInstanceFailed ||
  type === EventType.ExecutionCompleted;

/** @param parentExecutionId new execution of the rewound parent @param now ms since epoch */
export function rewindByRemoval(
  events: readonly HistoryEvent[],
  executionId: string,
  parentExecutionId: string | null,
  reason: string | null,
  instanceId: string | null,
  now: number,
): Rewound {
  const failed = failedIds(events);
  const kept = events
    .filter((one) => !isEnd(one) && !(one.EventType === EventType.TaskScheduled && failed.tasks.has(one.EventId)))
    .map((one): HistoryEvent => {
      if (one.EventType !== EventType.ExecutionStarted) return one;
      const { OrchestrationInstance: self, ParentInstance: parent } = one;
      return {
        ...one,
        OrchestrationInstance: { ...self, ExecutionId: executionId },
        ParentInstance:
          parent && parentExecutionId !== null
            ? { ...parent, OrchestrationInstance: { ...parent.OrchestrationInstance, ExecutionId: parentExecutionId } }
            : parent,
      };
    });
  kept.push(
    event<Marker>(EventType.OrchestratorStarted, {}, now),
    event(
      EventType.ExecutionRewound,
      { Reason: reason, ParentExecutionId: parentExecutionId, InstanceId: instanceId },
      now,
    ),
    event<Marker>(EventType.OrchestratorCompleted, {}, now),
  );
  return { events: kept, children: failedChildren(events, failed.children) };
}

export function rewindByBlanking(events: readonly HistoryEvent[]): Rewound {
  const failed = failedIds(events);
  const blanked = events.map((one): HistoryEvent => {
    if (!isEnd(one) && !(one.EventType === EventType.TaskScheduled && failed.tasks.has(one.EventId))) return one;
    const { EventId, IsPlayed, Timestamp } = one;
    return { Data: null, EventType: EventType.GenericEvent, EventId, IsPlayed, Timestamp } satisfies GenericEvent;
  });
  return { events: blanked, children: failedChildren(events, failed.children) };
}
