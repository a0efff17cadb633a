/**
 * From an Azure Monitor alert (common alert schema, Microsoft Learn "Common alert schema") to a component of an event.
 * Lenient: signals differ, some fields are null, ids come in lower case, messages come twice and out of order.
 */

import { z } from 'zod';
import { COMPONENT_ID } from '../domain/component.ts';
import { meaningOf } from './alert-meaning.ts';

const text = z.string().nullish().catch(undefined);
export const alertSchema = z.looseObject({
  schemaId: text,
  data: z.looseObject({
    essentials: z.looseObject({
      alertId: z.string().min(1),
      alertRule: text,
      description: text,
      monitorCondition: text,
      monitoringService: text,
      firedDateTime: text,
      resolvedDateTime: text,
      alertTargetIDs: z.array(z.unknown()).nullish().catch(undefined),
    }),
    alertContext: z.unknown().optional(),
  }),
});
export type AlertBody = z.infer<typeof alertSchema>;

/** A resource of an event that an alert concerns. Names in lower case. */
export interface Target {
  event: string;
  component: string;
  subscription: string;
  resourceGroup: string;
  resource: string;
}
export type MappedAlert =
  | { ignored: string }
  | { targets: Target[]; alertId: string; series?: string; fired: boolean; at?: string; title: string };

/** Characters of an id or title that are kept: a longer message would be dropped by the inbox. */
const LONGEST = { id: 500, title: 120 };

const TARGET =
  /^\/subscriptions\/([^/]+)\/resourcegroups\/(streaming-([a-z][a-z0-9-]*)-\d+)\/providers\/([^/]+\/[^/]+)\/([^/]+)/i;

/** The component a resource name stands for (names of domain/names.ts); whether there is one, the event knows. */
function componentOf(type: string, name: string, event: string): string | undefined {
  const group = type === 'microsoft.containerinstance/containergroups';
  if (!group && type !== 'microsoft.compute/virtualmachines') return undefined;
  // A second one of a component carries its number at the end; an event's name may end with a number as well.
  const pattern = new RegExp(group ? `^(.+)-${event}-[a-z][a-z0-9]*(?:-\\d+)?$` : `^(.+)-${event}(?:-\\d+)?$`);
  const component = pattern.exec(name)?.[1];
  return component !== undefined && COMPONENT_ID.test(component) ? component : undefined;
}

function targetOf(id: string): Target | undefined {
  const [, subscription, resourceGroup, event, type, resource] = TARGET.exec(id.toLowerCase()) ?? [];
  if (!subscription || !resourceGroup || !event || !type || !resource) return undefined;
  const component = componentOf(type, resource, event);
  return component === undefined ? undefined : { event, component, subscription, resourceGroup, resource };
}

export function mapAlert({ data }: AlertBody): MappedAlert {
  const { alertId, alertRule, description, alertTargetIDs } = data.essentials;
  const meaning = meaningOf(data.essentials, data.alertContext);
  if ('ignored' in meaning) return meaning;
  const ids = (alertTargetIDs ?? []).filter((id): id is string => typeof id === 'string');
  const targets = [...new Set(ids.map((id) => id.toLowerCase()))].flatMap((id) => targetOf(id) ?? []);
  if (targets.length === 0) return { ignored: 'it concerns nothing of an event' };
  const title = (alertRule || description || 'alert').slice(0, LONGEST.title).toWellFormed();
  // The ends of ids differ, not their beginnings.
  return { targets, alertId: alertId.slice(-LONGEST.id).toWellFormed(), title, ...meaning };
}
