/**
 * The one guard before every path of every listener. A web page can make the operator's browser send requests to this machine,
 * with another name resolved to it (then `Host` is that name), or from another origin (then `Origin` or `Sec-Fetch-Site` say so).
 * Nothing of that is answered, whatever the method: a read tells secrets, and the handler behind need not think of browsers.
 */
import type { IncomingMessage } from 'node:http';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const DEFAULT_PORT: Record<string, string> = { http: '80', https: '443' };
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;

export interface Guarded {
  scheme: 'http' | 'https';
  /** The port that was bound. */
  port: number;
  /** Further names, in lower case and with their port where it is not the usual one, under which this path is meant to be asked for. */
  also?: (path: string) => readonly string[];
  /** Whether a body of another type than JSON may come here. @param type in lower case, without parameters */
  takes?: (path: string, type: string) => boolean;
}

export interface Refusal {
  status: 400 | 403 | 415;
  why: string;
}

const refusal = (status: Refusal['status'], why: string): Refusal => ({ status, why });

/** Name and port as they were addressed; undefined when that is neither a name nor an address. */
function hostOf(text: string, scheme: string): { name: string; port: string } | undefined {
  const [, name, port] = /^(\[[0-9a-f:.]+\]|[^\s:/?#@\\]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), port: port ?? DEFAULT_PORT[scheme] ?? '' };
}

/** All values of a header as they came: node keeps the first `Host` of several. */
function given({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, wanted: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() === wanted) found.push(rawHeaders[at + 1] ?? '');
  return found;
}

/** @param scheme undefined where something stands in front that may speak TLS */
function sameOrigin(origin: string, host: string, scheme: string | undefined): boolean {
  const own = (one: string) => URL.parse(`${one}://${host}`)?.origin;
  const its = URL.parse(origin)?.origin;
  return (
    its !== undefined &&
    its !== 'null' &&
    (scheme === undefined ? ['http', 'https'] : [scheme]).some((one) => own(one) === its)
  );
}

/** Whether the request brings, or announces, a body. */
const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Why a request may not pass, undefined when it may. Looks at the head alone. */
export function refuse(
  own: Guarded,
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>,
): Refusal | undefined {
  const target = request.url ?? '';
  // An absolute target would be a second say about the host. The path is judged as it will be understood: without dots.
  const path = target.startsWith('/') ? URL.parse(`http://localhost${target}`)?.pathname : undefined;
  if (path === undefined) return refusal(400, 'The request target must be a path');
  const [host = '', ...others] = given(request, 'host');
  const asked = hostOf(host, own.scheme);
  const local = asked && LOOPBACK.has(asked.name) && asked.port === String(own.port);
  if (others.length > 0 || !(local || own.also?.(path).includes(host.toLowerCase())))
    return refusal(403, `Only requests to 127.0.0.1, localhost or [::1], port ${own.port}, are answered`);
  const origins = given(request, 'origin');
  if (origins.some((origin) => !sameOrigin(origin, host, local ? own.scheme : undefined)))
    return refusal(403, 'Pages of another origin are not answered, and another port is another origin');
  if (given(request, 'sec-fetch-site').some((site) => site !== 'same-origin' && site !== 'none'))
    return refusal(403, 'Pages of another site are not answered');
  if (request.headers['access-control-request-method'] !== undefined)
    return refusal(403, 'Pages of another origin are not answered: there is nothing to ask for in advance');
  return wrongType(own, request, path);
}

function wrongType(
  own: Guarded,
  request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  path: string,
): Refusal | undefined {
  if (!hasBody(request)) return undefined;
  // Several types are as good as none: who reads them may choose another one.
  const [type = '', ...others] = given(request, 'content-type').map((one) => one.split(';')[0]?.trim().toLowerCase());
  if (others.length === 0 && (JSON_TYPE.test(type) || own.takes?.(path, type))) return undefined;
  return refusal(415, 'A body must be JSON, with the content type application/json');
}

/** A refusal as an answer: problem details, and the connection ends with it, as nobody has read the body. */
export const refused = ({ status, why }: Refusal): { headers: Record<string, string>; body: string } => ({
  headers: { 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff', connection: 'close' },
  body: JSON.stringify({ title: TITLES[status], status, detail: why }),
});
const TITLES = { 400: 'Invalid request', 403: 'Not allowed', 415: 'Not JSON' } as const;
