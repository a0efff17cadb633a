/**
 * What the control plane tells other systems: a CloudEvent 1.0 in structured mode (`application/cloudevents+json`), signed by the
 * Standard Webhooks scheme. It may come more than once, always under the same `id`; times are ISO 8601 UTC.
 */
import { z } from 'zod';

export const EVENT_TYPE = 'stream-control.event.';

export const eventOutSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().describe('The same whenever the same thing is told; also the header `webhook-id`'),
  source: z.string().describe('Address of the event, or of the image, at the control plane'),
  type: z
    .string()
    .describe(
      '`stream-control.event.` and what happened: live, failed, gone, degraded, recovered, expiring, image (a build has ended)...',
    ),
  subject: z.string().describe('Id of the deployment, or of the build'),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    event: z.string(),
    deploymentId: z.string(),
    kind: z.string(),
    title: z.string(),
    text: z.string().describe('For people; outside text in it is cleaned of control characters'),
    statusUrl: z.string(),
  }),
});
export type EventOut = z.output<typeof eventOutSchema>;
