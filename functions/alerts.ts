/** `POST /api/alerts`: the second detector. Answers fast and with 2xx, or Azure Monitor stops calling for a quarter of an hour. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { type AlertsQuery, alertsQuery } from '../domain/request/queries.ts';
import type { Message } from '../domain/seam/message.ts';
import { lifecycleOf } from '../durable/deployments.ts';
import { sendKept } from '../durable/send.ts';
import { alertSchema, type MappedAlert, mapAlert, type Target } from './alert-mapping.ts';
import { namesOf, witnessOf } from './alert-witness.ts';
import { type Call, type Door, door } from './door.ts';
import { partsIn } from './parts.ts';
import { vouchedFor } from './principal.ts';
import { Problem } from './problem.ts';
import { decoded } from './views.ts';

/** App role of Azure Monitor's secure webhook (Microsoft Learn, "Action groups"). */
const WEBHOOK_ROLE = 'actiongroupssecurewebhook';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The secret in the URL, or a token of Azure Monitor's secure webhook. @throws Problem 401 */
async function proven({ request, query, settings }: Call<unknown, AlertsQuery>): Promise<void> {
  const given = query.code ?? query.secret;
  const { alertSecret } = settings;
  if (alertSecret !== undefined && given !== undefined && timingSafeEqual(digest(given), digest(alertSecret))) return;
  if ((await vouchedFor(request.headers, settings))?.roles.has(WEBHOOK_ROLE)) return;
  throw new Problem(401, 'Show the alert secret (?code=, setting ALERT_SECRET) or use a secure webhook');
}

type TakenAlert = Exclude<MappedAlert, { ignored: string }>;

const ignored = (reason: string) => ({ status: 200, json: { ignored: reason } });

/** Puts the alert into the inbox of the event it concerns. @returns why not, else undefined */
async function take(call: Call<unknown, AlertsQuery>, target: Target, alert: TakenAlert): Promise<string | undefined> {
  const { event, component, subscription, resourceGroup, resource } = target;
  const lifecycle = await lifecycleOf(call.durable, event);
  if (!lifecycle || lifecycle.ended) return `event ${event} does not run`;
  const status = decoded(lifecycle);
  if (
    subscription !== call.settings.subscriptionId.toLowerCase() ||
    status.resourceGroup.toLowerCase() !== resourceGroup
  )
    return `${resourceGroup} is not the group of the running deployment`;
  // What was replaced may still be told of.
  const part = partsIn(lifecycle).find(({ id }) => id === component);
  if (!part || !namesOf(part).includes(resource)) return `${resource} is no part of the event any more`;
  const { alertId, series, fired, at, title } = alert;
  const { deploymentId } = lifecycle.input;
  const witness = fired ? await witnessOf(call, lifecycle.input, status, part) : undefined;
  const message: Message = {
    type: 'alert',
    deploymentId,
    alertId,
    component,
    fired,
    title,
    ...(series === undefined ? {} : { series }),
    ...(at === undefined ? {} : { at }),
    ...(witness === undefined ? {} : { witness }),
  };
  await sendKept(call.durable, event, message);
  return undefined;
}

export const alertDoors: Door[] = [
  door({
    name: 'api-alerts',
    method: 'POST',
    route: 'api/alerts',
    access: 'own-proof',
    summary: 'Azure Monitor alerts, common alert schema',
    schema: alertSchema,
    query: alertsQuery,
    validatesItself: true,
    answers: { 200: 'Ignored, and why', 202: 'Taken' },
    async handle(call) {
      await proven(call);
      const body = alertSchema.safeParse(call.body);
      if (!body.success) return ignored('it is not of the common alert schema');
      const mapped = mapAlert(body.data);
      if ('ignored' in mapped) return ignored(mapped.ignored);
      const taken: { event: string; component: string }[] = [];
      let reason = '';
      for (const target of mapped.targets) {
        const answer = await take(call, target, mapped);
        if (answer === undefined) taken.push({ event: target.event, component: target.component });
        else reason = answer;
      }
      const [first] = taken;
      if (!first) return ignored(reason);
      return { status: 202, json: { ...first, action: mapped.fired ? 'remediate' : 'recover' } };
    },
  }),
];
