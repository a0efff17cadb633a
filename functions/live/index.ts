/** `GET /api/live`: what a page shows, as it changes. */
import { z } from 'zod';
import { eventNamed, knownLifecycle } from '../command.ts';
import { type Door, door } from '../door.ts';
import { listEvents } from '../event-list.ts';
import { eventParts } from './event.ts';
import { shared } from './shared.ts';
import { liveStream, type Part } from './stream.ts';

/** Milliseconds that a look of another page may be old. */
const SHARED = 250;

const liveQuery = z.strictObject({
  event: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Everything about this event; the list of events by default' }),
});

export const liveDoors: Door[] = [
  door({
    name: 'api-live',
    method: 'GET',
    route: 'api/live',
    access: 'viewer',
    summary: 'What a page shows, as it changes: server-sent events, one part each',
    query: liveQuery,
    answers: { 200: 'text/event-stream; contract/api/live.ts names the parts', 404: 'No such event' },
    async handle(call) {
      const { durable, settings, request, query } = call;
      const name = query.event === undefined ? undefined : eventNamed(query.event);
      if (name !== undefined) await knownLifecycle(call, name);
      const look = async (): Promise<readonly Part[] | undefined> => {
        if (name !== undefined) return await shared(`event ${name}`, SHARED, () => eventParts(durable, settings, name));
        const body = await shared('events', SHARED, () => listEvents({ durable, query: {} }));
        const meaning = body.events.map(({ soFar: _moves, ...rest }: Record<string, unknown>) => rest);
        return [{ name: 'events', body, meaning }];
      };
      return {
        type: 'text/event-stream',
        headers: { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
        stream: liveStream(look, request.headers.get('last-event-id'), call.left),
      };
    },
  }),
];
