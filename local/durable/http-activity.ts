/** The built-in activity behind callHttp (durable extension TaskHttpActivityShim.cs): one request, any status is a result. */
import { EXTENSION_VERSION } from './compat.ts';
import type { InvocationResult } from './ports.ts';
import type { HttpRequest } from './replay/actions.ts';
import type { HttpResponse } from './replay/http.ts';

/** The extension's own. */
const USER_AGENT = `Microsoft.Azure.WebJobs.Extensions.DurableTask/${EXTENSION_VERSION}`;

/** @param stored JSON array of the one request */
export async function callHttp(stored: string, http: typeof fetch): Promise<InvocationResult> {
  const [request] = JSON.parse(stored) as [HttpRequest];
  try {
    const headers = new Headers(request.headers);
    const body = request.content;
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'text/plain');
    if (!headers.has('user-agent')) headers.set('user-agent', USER_AGENT);
    if (headers.get('content-type')?.startsWith('multipart/')) {
      throw new Error(
        'Multipart content is not supported by callHttp: current value of Content-Type is a multipart type',
      );
    }
    if (request.tokenSource?.resource) {
      const identity = await import('@azure/identity');
      const scope = request.tokenSource.resource.replace(/\/?(\.default)?$/, '/.default');
      const token = await new identity.DefaultAzureCredential().getToken(scope);
      headers.set('authorization', `Bearer ${token.token}`);
    }
    const answer = await http(request.uri, {
      method: request.method,
      headers,
      redirect: 'follow',
      ...(body !== undefined && { body }),
    });
    const response: HttpResponse = {
      statusCode: answer.status,
      headers: plain(answer.headers),
      content: await answer.text(),
    };
    return { ok: true, returnValue: { json: JSON.stringify(response) } };
  } catch (error) {
    return { ok: false, message: networkText(error, request.uri), stack: '' };
  }
}

/** What .NET says where a request never got an answer (System.Net.Http.HttpRequestException). */
const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'Connection refused',
  ENOTFOUND: 'Name or service not known',
  EAI_AGAIN: 'Resource temporarily unavailable',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
};

function networkText(error: unknown, uri: string): string {
  if (!URL.canParse(uri)) {
    return 'An invalid request URI was provided. Either the request URI must be an absolute URI or BaseAddress must be set.';
  }
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const known = NETWORK[String((cause as NodeJS.ErrnoException | undefined)?.code)];
  const { hostname, port, protocol } = new URL(uri);
  if (known) return `${known} (${hostname}:${port || (protocol === 'https:' ? 443 : 80)})`;
  return cause ? `${error.message}: ${cause.message}` : error.message;
}

/** Headers that .NET keeps with the content instead of the response, so that callHttp never shows them (recorded, test/fixtures/traces/call-http.json). */
const CONTENT_HEADER = /^(allow|content-.*|expires|last-modified)$/;

/** Header names in the usual capitalisation, as .NET hands them out; several values of one name are a list. */
function plain(headers: Headers): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (name === 'set-cookie' || CONTENT_HEADER.test(name)) continue;
    result[name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())] = value;
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) result['Set-Cookie'] = cookies;
  return result;
}
