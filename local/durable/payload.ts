/** The orchestration trigger's text (durable extension OrchestrationTriggerAttributeBindingProvider.OrchestrationContextToString). */
import type { History } from './histories.ts';
import type { HistoryEvent } from './history.ts';
import type { Settings } from './settings.ts';
import type { Instance } from './store/ports.ts';

/** Assembled from the stored texts: nothing of the past is parsed or serialised again. */
export function payloadText(
  instance: Instance,
  past: History,
  inbox: readonly HistoryEvent[],
  upperSchemaVersion: number,
  settings: Settings,
): string {
  const events = [...past.texts, ...inbox.map((one) => JSON.stringify(one))].join(',');
  const parent = instance.parent && (JSON.parse(instance.parent) as { OrchestrationInstance: { InstanceId: string } });
  const rest = JSON.stringify({
    instanceId: instance.id,
    isReplaying: past.texts.length > 0,
    parentInstanceId: parent ? parent.OrchestrationInstance.InstanceId : null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: upperSchemaVersion,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: settings.defaultAsyncRequestSleepTimeMilliseconds,
  });
  return `{"history":[${events}],"input":${instance.input ?? 'null'},${rest.slice(1)}`;
}
