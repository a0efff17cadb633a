/** Texts of DTFx's determinism checks (DTFx TaskOrchestrationContext.Handle*Event), which become the output of the failed instance. */
import {
  EVENT_NAMES,
  type EventSent,
  EventType,
  type SubOrchestrationCreated,
  type TaskScheduled,
  type TimerCreated,
} from '../history.ts';
import type { Decision } from './decision.ts';

export type Recorded = TaskScheduled | TimerCreated | SubOrchestrationCreated | EventSent;

/** Names of the .NET action classes that the messages quote. */
const CLASS: Record<Decision['kind'], string> = {
  activity: 'ScheduleTaskOrchestratorAction',
  timer: 'CreateTimerOrchestratorAction',
  sub: 'CreateSubOrchestrationAction',
  send: 'SendEventOrchestratorAction',
  complete: 'OrchestrationCompleteOrchestratorAction',
};
const KIND: Record<Recorded['EventType'], Decision['kind']> = {
  [EventType.TaskScheduled]: 'activity',
  [EventType.TimerCreated]: 'timer',
  [EventType.SubOrchestrationInstanceCreated]: 'sub',
  [EventType.EventSent]: 'send',
};
const STARTED = 'Was a change made to the orchestrator code after this instance had already started running?';

export class NonDeterminism extends Error {
  constructor(message: string) {
    super(`Non-Deterministic workflow detected: ${message}`);
  }
}

function described(event: Recorded): { what: string; sequence: string; tail: string } {
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return { what: 'an activity task', sequence: 'number', tail: ` named '${event.Name}'` };
    case EventType.TimerCreated:
      return { what: 'a timer task', sequence: 'number', tail: ' named' };
    case EventType.SubOrchestrationInstanceCreated:
      return {
        what: 'a sub-orchestration task',
        sequence: 'ID',
        tail: ` and name '${event.Name}' (version '${event.Version ?? ''}', instance ID '${event.InstanceId}')`,
      };
    case EventType.EventSent:
      return {
        what: 'a send event task',
        sequence: 'ID',
        tail: `, type '${EVENT_NAMES.get(event.EventType)}', name '${event.Name}', instance ID '${event.InstanceId}'`,
      };
  }
}

function missing(event: Recorded): NonDeterminism {
  const id = event.EventId;
  const scheduled = 'A previous execution of this orchestration scheduled';
  const not = "but the current replay execution hasn't (yet?) scheduled this task.";
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return new NonDeterminism(
        `${scheduled} an activity task with sequence ID ${id} and name '${event.Name}' (version '${event.Version}'), ${not} ${STARTED}`,
      );
    case EventType.TimerCreated:
      return new NonDeterminism(`${scheduled} a timer task with sequence number ${id} ${not} ${STARTED}`);
    case EventType.SubOrchestrationInstanceCreated:
      return new NonDeterminism(
        `${scheduled} a sub-orchestration task with sequence ID ${id} and name '${event.Name}' (version '${event.Version ?? ''}', instance ID '${event.InstanceId}'), ${not} ${STARTED}`,
      );
    case EventType.EventSent:
      return new NonDeterminism(
        `${scheduled} a send event task with sequence ID ${id}, type '${EVENT_NAMES.get(event.EventType)}' name '${event.Name}', instance ID '${event.InstanceId}', ${not} ${STARTED}`,
      );
  }
}

/** Compares what history says was scheduled with what this replay scheduled under the same id; throws when they differ. */
export function check(event: Recorded, replayed: Decision | undefined): void {
  if (!replayed) throw missing(event);
  const { what, sequence, tail } = described(event);
  const previous = `A previous execution of this orchestration scheduled ${what} with sequence ${sequence} ${event.EventId}${tail}`;
  if (replayed.kind !== KIND[event.EventType]) {
    const name = CLASS[replayed.kind];
    const text =
      event.EventType === EventType.TaskScheduled
        ? `${previous}, but the current orchestration replay instead produced a ${name} action with this sequence number. `
        : event.EventType === EventType.TimerCreated
          ? `${previous} but the current orchestration replay instead produced a ${name} action with this sequence number. `
          : event.EventType === EventType.EventSent
            ? `${previous}, but the current orchestration replay instead scheduled a ${name} task at this sequence number. `
            : `${previous}, but the current orchestration replay instead produced a ${name} action at this sequence number. `;
    throw new NonDeterminism(text + STARTED);
  }
  if (event.EventType === EventType.TimerCreated || !('name' in replayed)) return;
  if (event.Name.toLowerCase() === replayed.name.toLowerCase()) return;
  switch (event.EventType) {
    case EventType.TaskScheduled:
      throw new NonDeterminism(
        `${previous}, but the current orchestration replay instead scheduled an activity task named '${replayed.name}' with this sequence number.  ${STARTED}`,
      );
    case EventType.SubOrchestrationInstanceCreated:
      throw new NonDeterminism(
        `${previous}, but the current orchestration replay instead scheduled a sub-orchestration task with name ${replayed.name} at this sequence number. ${STARTED}`,
      );
    case EventType.EventSent:
      throw new NonDeterminism(
        `${previous}), but the current orchestration replay instead scheduled a send event task with name ${replayed.name}at this sequence number. ${STARTED}`,
      );
  }
}
