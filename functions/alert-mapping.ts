/**
 * From an Azure Monitor alert (common alert schema, Microsoft Learn "Common alert schema") to a component of an event.
 * Lenient: signals differ, some fields are null, ids come in lower case, messages come twice and out of order.
 */
import { z } from 'zod';

export const alertSchema = z.looseObject({
  schemaId: z.string().optional(),
  data: z.looseObject({
    essentials: z.looseObject({
      alertId: z.string(),
      originAlertId: z.string().nullish(),
      alertRule: z.string().nullish(),
      severity: z.string().nullish(),
      monitorCondition: z.string().nullish(),
      alertTargetIDs: z.array(z.string()).nullish(),
      description: z.string().nullish(),
    }),
    alertContext: z.unknown().optional(),
  }),
});
export type AlertBody = z.infer<typeof alertSchema>;

export type MappedAlert =
  | { ignored: string }
  | { event: string; component: string; resourceGroup: string; alertId: string; fired: boolean; title: string };

const TARGET =
  /^\/subscriptions\/[^/]+\/resourcegroups\/(streaming-([a-z][a-z0-9-]*)-\d+)\/providers\/([^/]+\/[^/]+)\/([^/]+)/i;

/** The component a resource name stands for (names of domain/names.ts). */
function componentOf(type: string, name: string, event: string): string | undefined {
  if (type === 'microsoft.containerinstance/containergroups')
    return name.startsWith(`relay-${event}-`) ? 'relay' : name.startsWith(`slides-${event}-`) ? 'slides' : undefined;
  if (type !== 'microsoft.compute/virtualmachines' || !name.startsWith('mixer-')) return undefined;
  // A second machine of a language carries its number at the end; an event's name may end with a number as well.
  const own = name.endsWith(`-${event}`) ? name : name.replace(/-\d+$/, '');
  return own.endsWith(`-${event}`) ? own.slice(0, -event.length - 1) : undefined;
}

/** Azure's own stop at our request raises resource health events; they are no news. */
function causedByUs(context: unknown): boolean {
  const { properties } = (context ?? {}) as { properties?: { cause?: unknown } | null };
  return properties?.cause === 'UserInitiated';
}

export function mapAlert({ data }: AlertBody): MappedAlert {
  const { alertId, originAlertId, alertRule, monitorCondition, alertTargetIDs, description } = data.essentials;
  const condition = monitorCondition?.toLowerCase();
  if (condition !== 'fired' && condition !== 'resolved') return { ignored: 'it neither fired nor resolved' };
  if (causedByUs(data.alertContext)) return { ignored: 'the change was asked for (UserInitiated)' };
  for (const target of alertTargetIDs ?? []) {
    const [, group, event, type, name] = TARGET.exec(target.toLowerCase()) ?? [];
    if (!group || !event || !type || !name) continue;
    const component = componentOf(type, name, event);
    if (component)
      return {
        event,
        component,
        resourceGroup: group,
        alertId: originAlertId || alertId,
        fired: condition === 'fired',
        title: (alertRule || description || 'alert').slice(0, 120),
      };
  }
  return { ignored: 'it concerns nothing of an event' };
}
