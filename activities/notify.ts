/** Tells people: posts a card to the Teams workflow, when one is configured. Other systems are told by webhooks.ts. */
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { DurableClient } from 'durable-functions';
import { settings } from '../azure/settings.ts';
import { createTransport } from '../azure/transport.ts';
import type { Notification } from '../domain/seam/records.ts';
import { cardText } from '../domain/text.ts';
import { startWebhooks, tellWebhook } from './webhooks.ts';

/** Milliseconds the workflow may take to accept. */
const TIMEOUT = 10_000;

/** @throws when who is told did not accept it, so that the orchestration tries again */
export async function notify(notification: Notification, durable: DurableClient): Promise<void> {
  if (notification.to !== undefined) return await tellWebhook(notification, settings());
  await startWebhooks(durable, notification, settings());
  const { teamsWorkflowUrl, publicUrl } = settings();
  if (teamsWorkflowUrl === undefined) return;
  const facts = [
    { title: 'Event', value: cardText(notification.event) },
    { title: 'Deployment', value: cardText(notification.deploymentId) },
    { title: 'Time', value: cardText(notification.at) },
  ];
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', size: 'Medium', weight: 'Bolder', text: cardText(notification.title), wrap: true },
      { type: 'TextBlock', text: cardText(notification.text), wrap: true },
      { type: 'FactSet', facts },
    ],
    actions: [{ type: 'Action.OpenUrl', title: 'Open', url: publicUrl }],
  };
  const response = await createTransport({ simulatorUrl: undefined }).sendRequest(
    createPipelineRequest({
      url: teamsWorkflowUrl,
      method: 'POST',
      timeout: TIMEOUT,
      allowInsecureConnection: teamsWorkflowUrl.startsWith('http:'),
      headers: createHttpHeaders({ 'content-type': 'application/json' }),
      body: JSON.stringify({
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
      }),
    }),
  );
  if (response.status >= 300) throw new Error(`Cannot notify Teams: the workflow answered HTTP ${response.status}`);
}
