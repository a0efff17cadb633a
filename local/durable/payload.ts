/** The orchestration trigger's data (durable extension OrchestrationTriggerAttributeBindingProvider.OrchestrationContextToString). */
import type { History } from './histories.ts';
import type { HistoryEvent } from './history.ts';
import type { TypedData } from './ports.ts';
import type { Settings } from './settings.ts';
import type { Instance } from './store/ports.ts';

/** As values, not as text, and as copies, as the SDK writes into them: a chain of n steps would otherwise write and parse its history n times. */
export function orchestratorTrigger(
  instance: Instance,
  past: History,
  inbox: readonly HistoryEvent[],
  upperSchemaVersion: number,
  settings: Settings,
): TypedData {
  past.shown ??= [];
  for (const one of past.events.slice(past.shown.length)) past.shown.push(copied(one));
  const history = [...past.shown];
  for (const one of inbox) history.push(copied(one));
  const parent = instance.parent && (JSON.parse(instance.parent) as { OrchestrationInstance: { InstanceId: string } });
  const rest = {
    instanceId: instance.id,
    isReplaying: past.events.length > 0,
    parentInstanceId: parent ? parent.OrchestrationInstance.InstanceId : null,
    // Extensions that know locks.
    ...(upperSchemaVersion > 2 && { sourceInstanceId: null }),
    upperSchemaVersion: 1,
    upperSchemaVersionNew: upperSchemaVersion,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: settings.defaultAsyncRequestSleepTimeMilliseconds,
  };
  const text = instance.input ?? 'null';
  try {
    return { value: { history, input: JSON.parse(text) as unknown, ...rest } };
  } catch {
    // An input that is no JSON spoils the whole text, on the real host too; the SDK says so.
    return { string: `{"history":${JSON.stringify(history)},"input":${text},${JSON.stringify(rest).slice(1)}` };
  }
}

function copied<T extends object>(value: T): T {
  const copy = { ...value };
  for (const key in copy) {
    const member = copy[key];
    if (typeof member === 'object' && member !== null) copy[key] = nested(member);
  }
  return copy;
}
const nested = <T extends object>(value: T): T => (Array.isArray(value) ? (value.map(plain) as T) : copied(value));
const plain = (value: unknown): unknown => (typeof value === 'object' && value !== null ? nested(value) : value);
