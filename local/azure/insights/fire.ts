/** `POST /_sim/alerts`: lets a resource fail and has Azure Monitor tell a webhook, once, several times, or late. */
import { z } from 'zod';
import { ArmError, parse } from '../core/errors.ts';
import { glob } from '../core/faults.ts';
import type { SimResponse } from '../core/http.ts';
import { sameId } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { issueToken } from '../login/token.ts';
import { type Alert, commonAlert } from './common-schema.ts';
import { receivers } from './installed.ts';

const body = z.strictObject({
  /** ARM id, or a glob over resource names. */
  resource: z.string().min(1),
  /** What goes wrong; `none` fires the alert alone. */
  fault: z.enum(['unhealthy', 'silent', 'crash-loop', 'evict', 'change-ip', 'none']).default('unhealthy'),
  signal: z.enum(['metric', 'log', 'activity-log', 'resource-health']).default('metric'),
  rule: z.string().min(1).optional(),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).default(1),
  condition: z.enum(['Fired', 'Resolved']).default('Fired'),
  /** Further deliveries of the same message. */
  duplicates: z.int().min(0).max(20).default(0),
  /** Azure seconds from the failure to the first delivery. */
  delaySeconds: z.number().min(0).default(0),
  /** Azure seconds after which the same alert is told to be resolved. */
  resolveAfterSeconds: z.number().min(0).optional(),
  /** Instead of the address that the start named. */
  url: z.url().optional(),
});

export const DELIVER = 'insights.deliver';

/** Waits before the retries of an action group's webhook, in seconds (Microsoft Learn, "Action groups"). */
const RETRIES = [5, 20, 5, 40, 5];
const RETRIED = new Set([408, 429, 503, 504]);

interface Webhook {
  url: string;
  /** What the receiver wants a token for, where it wants one. */
  audience?: string | undefined;
}

/** The application that Azure Monitor signs in as (Microsoft Learn, "Configure authentication for secure webhook"). */
const MONITOR = '461e8683-5575-4561-ac7f-899cc907d62a';

/** Where alerts go: as asked, else to the receivers of installed action groups, else where this start said. */
function webhooks(sim: Sim<'resources' | 'outside'>, given: string | undefined): Webhook[] {
  const installed = given === undefined ? receivers(sim) : [];
  const url = given ?? sim.outside.webhook();
  if (installed.length > 0) return installed;
  if (url) return [{ url }];
  throw new ArmError(
    409,
    'NoWebhook',
    'This simulator knows nobody to alert: give the member url, or start it together with what is to be alerted.',
  );
}

const found = (sim: Sim<'resources'>, wanted: string): Resource[] =>
  [...sim.resources.all()].filter((one) => !one.seeded && (sameId(one.id, wanted) || glob(wanted, one.name)));

/** @throws ArmError 400 for a malformed body, 404 when nothing matches */
export function fireAlerts(
  sim: Sim<'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'outside'>,
  given: JsonObject,
): SimResponse {
  const wish = parse(body, given);
  const targets = webhooks(sim, wish.url);
  const resources = found(sim, wish.resource);
  if (resources.length === 0)
    throw new ArmError(
      404,
      'ResourceNotFound',
      `No resource is called '${wish.resource}': GET /_sim/resources lists those there are.`,
    );
  const alerts = resources.map((resource) => {
    if (wish.fault !== 'none')
      sim.jobs.schedule('core.behave', 0, { resourceId: resource.id, fault: { kind: wish.fault } });
    const alert: Alert = {
      id: sim.draws.guid(`alert ${resource.id.toLowerCase()}`),
      rule: wish.rule ?? `${resource.name}-${wish.signal}`,
      severity: wish.severity,
      signal: wish.signal,
      condition: wish.condition,
      firedAt: sim.time.now(),
      ...(wish.condition === 'Resolved' ? { resolvedAt: sim.time.now() } : {}),
      description: `${resource.name}: ${wish.fault === 'none' ? 'alert without a cause' : wish.fault}`,
    };
    const message = commonAlert(sim, resource, alert);
    for (let copy = 0; copy <= wish.duplicates; copy++) deliverLater(sim, targets, message, wish.delaySeconds);
    if (wish.resolveAfterSeconds !== undefined) {
      const at = sim.time.now() + (wish.resolveAfterSeconds * 1000) / sim.time.scale;
      const resolved = commonAlert(sim, resource, { ...alert, condition: 'Resolved', resolvedAt: at });
      deliverLater(sim, targets, resolved, wish.resolveAfterSeconds);
    }
    return { alertId: alert.id, resource: resource.id, deliveries: (1 + wish.duplicates) * targets.length };
  });
  return { status: 202, body: { alerts } };
}

/** The webhook's address carries a secret, so it is kept with the secrets until the message is delivered. */
const outbox = (sim: Sim<'store'>) =>
  sim.store.collection<Webhook & { message: JsonObject }>('insights.outbox', { secret: true });

function deliverLater(
  sim: Sim<'draws' | 'jobs' | 'store'>,
  targets: Webhook[],
  message: JsonObject,
  seconds: number,
): void {
  for (const target of targets) {
    const key = sim.draws.guid('delivery');
    outbox(sim).set(key, { ...target, message });
    sim.jobs.schedule(DELIVER, seconds, { key, attempt: 0 });
  }
}

/** One attempt; what Azure would try again is tried again. */
export function deliver(
  sim: Sim<'account' | 'time' | 'chance' | 'jobs' | 'store' | 'settings' | 'outside'>,
  data: JsonObject,
): void {
  const key = String(data.key);
  const entry = outbox(sim).get(key);
  if (!entry) return;
  const attempt = Number(data.attempt);
  const done = () => void outbox(sim).delete(key);
  const again = () => {
    const wait = RETRIES[attempt];
    if (wait === undefined) done();
    else sim.jobs.schedule(DELIVER, wait, { key, attempt: attempt + 1 });
  };
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'IcMBroadcaster/1.0',
    ...(entry.audience === undefined
      ? {}
      : { authorization: `Bearer ${issueToken(sim, { clientId: MONITOR }, entry.audience)}` }),
  };
  const request = { method: 'POST', url: entry.url, headers, body: JSON.stringify(entry.message) };
  sim.outside.call(request, ({ status }) => (RETRIED.has(status) ? again() : done()), again);
}
