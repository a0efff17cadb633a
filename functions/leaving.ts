/**
 * Clients that go away. With HTTP streaming on, the programming model does not tell a handler (test/fixtures/traces/README.md), but
 * the host ends its request to the app's proxy, which Node shows (Node.js documentation, diagnostics_channel, `http.server.request.start`).
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Names the invocation that a request to the proxy belongs to (`@azure/functions`, httpProxy.ts). */
const INVOCATION = 'x-ms-invocation-id';

/** By invocation, as long as its client is there. */
const present = new Map<string, AbortController>();

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const id = request.headers[INVOCATION];
  if (typeof id !== 'string') return;
  const controller = new AbortController();
  present.set(id, controller);
  response.once('close', () => {
    if (present.get(id) === controller) present.delete(id);
    if (!response.writableFinished) controller.abort();
  });
});

/** Aborted when the client of the invocation goes away before it has its whole answer; never, where nobody can tell. */
export const leaving = (invocationId: string): AbortSignal =>
  (present.get(invocationId) ?? new AbortController()).signal;
