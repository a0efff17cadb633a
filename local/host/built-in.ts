/** The host's own pages: `/admin/*` and the home page (azure-functions-host HomepageMiddleware.cs, HostController.cs). */
import type { Auth } from './auth.ts';
import type { AppFunction, Invocation } from './functions.ts';
import { empty, type HttpIncoming, type HttpOutgoing, json, OWN_BODY, readBody } from './http-message.ts';

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
  /** Runs a function out of turn, not awaited; never throws. */
  run: (name: string, invocation: Invocation, reason: string) => void;
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

/** Timer information of a run by hand. */
const BY_HAND = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false });

/** `POST /admin/functions/<name>` with `{"input": "..."}` (Microsoft Learn, "Manually run a non HTTP-triggered function"). */
async function runByHand({ run }: AdminContext, fn: AppFunction, request: HttpIncoming): Promise<HttpOutgoing> {
  const type = fn.trigger.type.toLowerCase();
  // An HTTP function has its own address, a durable one its client.
  if (/^(http|orchestration|activity|entity)trigger$/.test(type)) return empty(404);
  const body = (await readBody(request, OWN_BODY)).toString('utf8');
  let input: unknown;
  try {
    input = (JSON.parse(body || '{}') as { input?: unknown }).input;
  } catch {
    return empty(400);
  }
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
  const trigger = type === 'timertrigger' ? { json: BY_HAND } : { string: text };
  run(fn.name, { trigger }, 'This function was programmatically called via the host APIs.');
  return empty(202);
}

/** @param path after `/admin`, in lower case */
export async function admin(context: AdminContext, request: HttpIncoming, path: string): Promise<HttpOutgoing> {
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
  return request.method === 'POST' ? runByHand(context, fn, request) : empty(404);
}
