import type { HistoryEvent, Instance } from '../http/durable.ts';
import type { Span } from './gantt.ts';
import { oneLine, time } from './text.ts';

const ENDED = new Set(['Completed', 'Failed', 'Terminated', 'Canceled']);
const WORK = /^(Task|SubOrchestrationInstance)(Completed|Failed)$/;
const WAITING = /^(TaskScheduled|SubOrchestrationInstanceCreated)$/;

/** The gist of an event's JSON: its first members, without ids that repeat what the instance is called. */
function said(input: unknown): string {
  let value: unknown = input;
  try {
    if (typeof input === 'string') value = JSON.parse(input);
  } catch {}
  if (typeof value !== 'object' || value === null) return oneLine(value).slice(0, 60);
  return Object.entries(value)
    .filter(([name, member]) => name !== 'deploymentId' && typeof member !== 'object')
    .map(([name, member]) => (name === 'type' ? oneLine(member) : `${name} ${oneLine(member)}`))
    .join(', ')
    .slice(0, 80);
}

const span = (event: HistoryEvent, until: number): Span | undefined => {
  const at = Date.parse(event.Timestamp);
  const name = event.FunctionName ?? event.Name ?? '';
  if (WORK.test(event.EventType) && event.ScheduledTime)
    return {
      label: name,
      start: Date.parse(event.ScheduledTime),
      end: at,
      note: event.EventType.endsWith('Failed')
        ? `failed: ${(event.Reason ?? '').split('\n')[0]?.slice(0, 60)}`
        : undefined,
    };
  if (WAITING.test(event.EventType)) return { label: name, start: at };
  // TimerFired carries the time of its creation on the real host, so the timer's own FireAt is the end.
  if (event.EventType === 'TimerCreated' && event.FireAt) {
    const due = Date.parse(event.FireAt);
    return { label: 'timer', start: at, end: due <= until ? due : undefined, note: `until ${time(event.FireAt)}` };
  }
  if (event.EventType === 'EventRaised') return { label: `event ${name}`, start: at, end: at, note: said(event.Input) };
  if (/^Execution(Suspended|Resumed|Rewound|Terminated)$/.test(event.EventType))
    return { label: event.EventType, start: at, end: at, note: event.Reason };
  return undefined;
};

/** What ran when inside one instance, from its history: activities, sub-orchestrations, timers, events, and the instance itself. */
export function instanceSpans(instance: Instance, now: number): Span[] {
  const ended = ENDED.has(instance.runtimeStatus);
  const last = instance.historyEvents?.at(-1);
  const start = Date.parse(instance.historyEvents?.[0]?.Timestamp ?? instance.createdTime);
  const end = ended ? Date.parse(last?.Timestamp ?? instance.lastUpdatedTime) : undefined;
  const inside = (instance.historyEvents ?? []).flatMap((event) => span(event, end ?? now) ?? []);
  return [{ label: instance.instanceId, start, end, note: instance.runtimeStatus }, ...inside];
}

/** What ran when across instances. */
export const listSpans = (instances: readonly Instance[]): Span[] =>
  instances.map(({ instanceId, createdTime, lastUpdatedTime, runtimeStatus }) => ({
    label: instanceId,
    start: Date.parse(createdTime),
    end: ENDED.has(runtimeStatus) ? Date.parse(lastUpdatedTime) : undefined,
    note: runtimeStatus,
  }));
