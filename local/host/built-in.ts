/** The host's own pages: `/admin/*` and the home page (azure-functions-host HomepageMiddleware.cs, HostController.cs). */
import type { Auth } from './auth.ts';
import { empty, type HttpIncoming, type HttpOutgoing, json } from './http-message.ts';
import type { AppFunction } from './worker.ts';

const HOME =
  '<!DOCTYPE html>\n<html>\n<head><title>Your Azure Function App is up and running.</title></head>\n' +
  '<body><h1>Your Functions app is up and running</h1><p>Local Functions host of stream-control</p></body>\n</html>\n';

/** Answer to `/` when no function has that route. */
export const homePage = (): HttpOutgoing =>
  process.env.AzureWebJobsDisableHomepage?.toLowerCase() === 'true'
    ? empty(204)
    : { status: 200, headers: [['content-type', 'text/html']], body: HOME };

export interface AdminContext {
  auth: Auth;
  functions: readonly AppFunction[];
  /** Milliseconds since the host started. */
  uptime: () => number;
  origin: string;
  /** Starts a timer function out of turn, not awaited. */
  trigger: (name: string) => void;
}

/** What the portal shows of one function. */
const describe = (fn: AppFunction, origin: string) => ({
  name: fn.name,
  href: `${origin}/admin/functions/${fn.name}`,
  config: { name: fn.name, bindings: [{ ...fn.trigger, name: fn.triggerName }], language: 'node', isDisabled: false },
  isDisabled: false,
  isDirect: true,
  language: 'node',
});

/** @param path after `/admin`, in lower case @returns undefined is no answer of ours: 404 */
export function admin(context: AdminContext, request: HttpIncoming, path: string): HttpOutgoing {
  const refused = context.auth.refuse(request, 'admin');
  if (refused && path !== '/host/ping') return refused;
  const get = request.method === 'GET';
  if (path === '/host/ping') return empty(200);
  if (path === '/host/status' && get) {
    return json(200, {
      id: 'stream-control-local',
      state: 'Running',
      version: '4.1037.0.0',
      processUptime: context.uptime(),
    });
  }
  if (path === '/functions' && get)
    return json(
      200,
      context.functions.map((fn) => describe(fn, context.origin)),
    );
  const name = /^\/functions\/([^/]+)$/.exec(path)?.[1];
  const fn = context.functions.find((f) => f.name.toLowerCase() === name);
  if (!fn) return empty(404);
  if (get) return json(200, describe(fn, context.origin));
  // Only timers: an HTTP function has its own address, a durable one its client.
  if (request.method !== 'POST' || fn.trigger.type.toLowerCase() !== 'timertrigger') return empty(404);
  context.trigger(fn.name);
  return empty(202);
}
