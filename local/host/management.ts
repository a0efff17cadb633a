/** Mounts of the durable engine's management API: the webhooks, and the address the durable client uses. */
import type { DurableEngine } from '../durable/ports.ts';
import { RPC, requiredQuery, WEBHOOKS } from './client-input.ts';
import { empty, type HttpIncoming, type HttpOutgoing, OWN_BODY, readBody } from './http-message.ts';
import { decodePath } from './routes.ts';

export interface ManagementMount {
  /** Undefined when durable functions run in another process; then `forwardTo` says where. */
  engine: Pick<DurableEngine, 'manage'> | undefined;
  /** Origin of the process that runs the durable functions, for example `http://127.0.0.1:7171`. */
  forwardTo: string | undefined;
  hub: string;
  systemKey: string;
}

/** Path below the management base, or undefined when `pathname` is not the management API's. Segments compare in any case. */
export function managementPath(pathname: string): { path: string; rpc: boolean } | undefined {
  for (const base of [WEBHOOKS, RPC.slice(0, -1)]) {
    const lower = pathname.toLowerCase();
    if (lower === base || lower.startsWith(`${base}/`))
      return { path: pathname.slice(base.length) || '/', rpc: base !== WEBHOOKS };
  }
  return undefined;
}

/** What the host answers itself; everything else belongs to the app. */
export const isOwnPath = (pathname: string): boolean =>
  managementPath(pathname) !== undefined || /^\/(?:admin|runtime)(?:\/|$)/i.test(pathname);

/** Links lead to where the client sent its request, also when another process of this machine handed it on. */
function originOf({ headers, url }: HttpIncoming): string {
  const forwarded = headers['x-forwarded-host'];
  return forwarded === undefined ? url.origin : `${url.protocol}//${forwarded}`;
}

export async function manage(mount: ManagementMount, request: HttpIncoming, path: string): Promise<HttpOutgoing> {
  if (mount.engine) {
    const answer = await mount.engine.manage({
      method: request.method,
      path: decodePath(path),
      query: request.url.searchParams,
      headers: request.headers,
      body: (await readBody(request, OWN_BODY)).toString('utf8'),
      baseUrl: `${originOf(request)}${WEBHOOKS}`,
      requiredQuery: requiredQuery(mount.hub, mount.systemKey),
    });
    return { status: answer.status, headers: Object.entries(answer.headers), body: answer.body };
  }
  if (mount.forwardTo === undefined) return empty(404);
  return forward(mount.forwardTo, mount.systemKey, request, path);
}

async function forward(origin: string, key: string, request: HttpIncoming, path: string): Promise<HttpOutgoing> {
  const url = `${origin}${RPC.slice(0, -1)}${path}${request.url.search}`;
  const body = await readBody(request, OWN_BODY);
  const { 'content-type': type } = request.headers;
  try {
    const answer = await fetch(url, {
      method: request.method,
      headers: {
        'x-forwarded-host': request.url.host,
        // The other process asks for it where keys are on; both know it from local.settings.json or one data folder.
        'x-functions-key': key,
        ...(type !== undefined && { 'content-type': type }),
      },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
      redirect: 'manual',
      signal: request.signal,
    });
    const headers = [...answer.headers].filter(
      ([name]) => !['connection', 'date', 'transfer-encoding', 'content-length', 'keep-alive'].includes(name),
    );
    return { status: answer.status, headers, body: await answer.text() };
  } catch {
    return empty(503, [['retry-after', '1']]);
  }
}
