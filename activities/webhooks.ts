/** Tells other systems: one CloudEvent for each thing that people are told, to every webhook of the settings. */
import { createHmac } from 'node:crypto';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { DurableClient } from 'durable-functions';
import type { Settings } from '../azure/settings.ts';
import { createTransport } from '../azure/transport.ts';
import { EVENT_TYPE, type EventOut } from '../contract/api/event-out.ts';
import { contentHash, sha256 } from '../domain/hash.ts';
import { BUILD_EVENT, BUILT_IMAGES } from '../domain/seam/image-build.ts';
import type { Notification } from '../domain/seam/records.ts';
import { line } from '../domain/text.ts';
import { startNotification } from '../durable/tell.ts';
import { ports } from '../ports/index.ts';

/** Milliseconds a webhook may take to accept. */
const TIMEOUT = 10_000;

/** Names a webhook without its address, in which a secret may stand. It stays the same when others come and go. */
const nameOf = (url: string): string => sha256(url).slice(0, 8);

/** Of what is told, whoever is told it and however often. */
const idOf = ({ to: _, ...told }: Notification): string =>
  `${told.deploymentId}-${told.kind}-${contentHash(told).slice(0, 12)}`;

/** @param publicUrl address of the control plane */
export function eventOut(told: Notification, publicUrl: string): EventOut {
  const { deploymentId, event, kind, at } = told;
  const image = BUILT_IMAGES.find((one) => kind === 'image' && BUILD_EVENT[one] === event);
  const build = `${publicUrl}/api/images/${image}/builds/${deploymentId}`;
  return {
    specversion: '1.0',
    id: idOf(told),
    source: image ? `${publicUrl}/api/images/${image}` : `${publicUrl}/api/events/${event}`,
    type: `${EVENT_TYPE}${kind}`,
    subject: deploymentId,
    time: at,
    datacontenttype: 'application/json',
    data: {
      event,
      deploymentId,
      kind,
      title: line(told.title),
      text: line(told.text),
      statusUrl: image ? build : `${publicUrl}/api/status/${event}`,
    },
  };
}

/**
 * Headers of the Standard Webhooks scheme: HMAC-SHA256 over id, time and body.
 * @param secret `whsec_` and the key in base64
 * @param seconds since the Unix epoch
 */
export function signed(id: string, body: string, secret: string, seconds: number): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`, 'utf8').digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${mac}` };
}

/** Starts telling each webhook, once: each is tried in its own time, and none holds up another. */
export async function startWebhooks(durable: DurableClient, told: Notification, { webhooks }: Settings): Promise<void> {
  for (const url of webhooks.urls) {
    const to = nameOf(url);
    await startNotification(durable, `${idOf(told)}-${to}`, { ...told, to });
  }
}

/** Tells one webhook; one that is not in the settings any more has nothing to be told. @throws when it did not accept it */
export async function tellWebhook(told: Notification, { webhooks, publicUrl }: Settings): Promise<void> {
  const url = webhooks.urls.find((each) => nameOf(each) === told.to);
  if (url === undefined || webhooks.secret === undefined) return;
  const body = JSON.stringify(eventOut(told, publicUrl));
  const seconds = Math.floor(ports().now() / 1000);
  const { host } = new URL(url);
  const response = await createTransport({ simulatorUrl: undefined })
    .sendRequest(
      createPipelineRequest({
        url,
        method: 'POST',
        timeout: TIMEOUT,
        allowInsecureConnection: url.startsWith('http:'),
        headers: createHttpHeaders({
          'content-type': 'application/cloudevents+json; charset=utf-8',
          ...signed(idOf(told), body, webhooks.secret, seconds),
        }),
        body,
      }),
    )
    .catch((error: { code?: string }) => {
      // The error's own words may hold the whole address.
      throw new Error(`Cannot tell the webhook at ${host}: no answer (${error.code ?? 'unknown'})`);
    });
  // A redirection is none of ours to follow: the body would go where nobody has said it may.
  if (response.status >= 300)
    throw new Error(`Cannot tell the webhook at ${host}: it answered HTTP ${response.status}`);
}
