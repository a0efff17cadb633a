/** HTTP as it crosses to the worker and back (azure-functions-host GrpcMessageConversionExtensions.cs). */
import type { InvocationResponse, RpcCookie, RpcData, RpcHttp } from './core-types.ts';
import { FUNCTION_BODY, type HttpIncoming, type HttpOutgoing, readBody } from './http-message.ts';

const nullable = (entries: Iterable<[string, string]>): Record<string, { value: string }> =>
  Object.fromEntries([...entries].filter(([, value]) => value !== '').map(([name, value]) => [name, { value }]));

/** Query values; of a name given several times they are joined by `,`, as .NET's StringValues does. */
export function queryOf(url: URL): Map<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return query;
}

/** @param params route values */
export async function toRpcRequest(request: HttpIncoming, params: Record<string, string>): Promise<RpcData> {
  const body = await readBody(request, FUNCTION_BODY);
  const http: RpcHttp = {
    url: request.url.href,
    method: request.method,
    nullableHeaders: nullable(Object.entries(request.headers)),
    nullableQuery: Object.fromEntries([...queryOf(request.url)].map(([name, value]) => [name, { value }])),
    nullableParams: nullable(Object.entries(params)),
  };
  if (body.length > 0) http.body = { bytes: body };
  return { http };
}

const SAME_SITE: Record<string, string> = { lax: 'lax', strict: 'strict', explicitnone: 'none' };

/** `Set-Cookie` as ASP.NET Core writes it: value percent-encoded, attributes in this order, path `/` unless given. */
export function setCookie(cookie: RpcCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  const expires = cookie.expires?.value?.seconds;
  if (expires !== undefined) parts.push(`expires=${new Date(Number(expires) * 1000).toUTCString()}`);
  if (cookie.maxAge?.value !== undefined) parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain?.value) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value ?? '/'}`);
  if (cookie.secure?.value) parts.push('secure');
  const sameSite = SAME_SITE[cookie.sameSite?.toLowerCase() ?? ''];
  if (sameSite) parts.push(`samesite=${sameSite}`);
  if (cookie.httpOnly?.value) parts.push('httponly');
  return parts.join('; ');
}

/** Headers that describe one hop or are the server's own business. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length', 'date']);

function bodyOf(data: RpcData | null | undefined): Uint8Array | string | undefined {
  if (!data) return undefined;
  const value = data.bytes ?? data.string ?? data.json ?? data.int ?? data.double;
  return value === undefined || value instanceof Uint8Array ? value : String(value);
}

/** The answer an HTTP function gave; 204 when it returned nothing, as an ASP.NET Core ObjectResult of null does. */
export function toHttpAnswer(response: InvocationResponse): HttpOutgoing {
  const named = response.outputData?.find(({ data }) => data.http)?.data;
  const data = response.returnValue ?? named;
  if (!data) return { status: 204, headers: [] };
  const { http } = data;
  if (!http) {
    // An HTTP trigger with an output of another type: the host serialises the plain value.
    const body = bodyOf(data);
    const type = data.json === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
    return { status: 200, headers: [['content-type', type]], ...(body !== undefined && { body }) };
  }
  const headers = Object.entries(http.headers ?? {}).filter(([name]) => !HOP.has(name.toLowerCase()));
  for (const cookie of http.cookies ?? []) headers.push(['set-cookie', setCookie(cookie)]);
  const body = bodyOf(http.body);
  return { status: Number(http.statusCode ?? 200), headers, ...(body !== undefined && { body }) };
}
