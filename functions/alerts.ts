/** `POST /api/alerts`: the second detector. Answers fast and with 2xx, or Azure Monitor stops calling for a quarter of an hour. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { instanceId } from '../domain/names.ts';
import { type AlertsQuery, alertsQuery } from '../domain/request/queries.ts';
import { INBOX, type Message } from '../domain/workflow.ts';
import { alertSchema, mapAlert } from './alert-mapping.ts';
import { type Call, type Door, door } from './door.ts';
import { lifecycleOf } from './instances.ts';
import { claimedRoles } from './principal.ts';
import { Problem } from './problem.ts';
import { decoded } from './views.ts';

/** App role of Azure Monitor's secure webhook (Microsoft Learn, "Action groups"). */
const WEBHOOK_ROLE = 'actiongroupssecurewebhook';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The secret in the URL, or a token of Azure Monitor that App Service has checked. @throws Problem 401 */
function proven({ request, query, settings }: Call<unknown, AlertsQuery>): void {
  const given = query.code ?? query.secret;
  const { alertSecret } = settings;
  if (alertSecret !== undefined && given !== undefined && timingSafeEqual(digest(given), digest(alertSecret))) return;
  if (settings.authMode === 'entra' && claimedRoles(request.headers, settings).has(WEBHOOK_ROLE)) return;
  throw new Problem(401, 'Show the alert secret (?code=, setting ALERT_SECRET) or use a secure webhook');
}

const ignored = (reason: string) => ({ status: 200, json: { ignored: reason } });

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
      proven(call);
      const body = alertSchema.safeParse(call.body);
      if (!body.success) return ignored('it is not of the common alert schema');
      const mapped = mapAlert(body.data);
      if ('ignored' in mapped) return ignored(mapped.ignored);
      const { event, component, resourceGroup, alertId, fired, title } = mapped;
      const lifecycle = await lifecycleOf(call.durable, event);
      if (!lifecycle || lifecycle.ended) return ignored(`event ${event} does not run`);
      if (decoded(lifecycle).resourceGroup.toLowerCase() !== resourceGroup)
        return ignored(`${resourceGroup} is not the group of the running deployment`);
      const { deploymentId } = lifecycle.input;
      const message: Message = { type: 'alert', deploymentId, alertId, component, fired, title };
      await call.durable.raiseEvent(instanceId.lifecycle(event), INBOX, message);
      return { status: 202, json: { event, component, action: fired ? 'remediate' : 'recover' } };
    },
  }),
];
