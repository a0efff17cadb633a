import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { refuse, refused } from '../../guard.ts';
import { MAX_BODY } from './body.ts';
import { ConnectionLost, type SimRequest, type SimResponse } from './http.ts';
import { encode } from './http-client.ts';

/** PEM texts. */
export interface TlsIdentity {
  key: string;
  cert: string;
}
export interface Listening {
  port: number;
  /** `http://127.0.0.1:7072` */
  url: string;
  close(): Promise<void>;
}

/** Azure's clients post forms for tokens, and nowhere else. */
const takes = (path: string, type: string): boolean =>
  type === 'application/x-www-form-urlencoded' && /\/oauth2\/(?:v2\.0\/)?token$/i.test(path);

type Handle = (request: SimRequest) => Promise<SimResponse>;

/** Serves `handle` on loopback. @throws Error when the port is in use */
export async function listen(handle: Handle, port: number, tls?: TlsIdentity): Promise<Listening> {
  const scheme = tls ? 'https' : 'http';
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const own = { scheme, port: (server.address() as AddressInfo).port, takes } as const;
    const refusal = refuse(own, incoming);
    if (refusal) {
      const { headers, body } = refused(refusal);
      outgoing.writeHead(refusal.status, headers).end(body);
      return;
    }
    answer(handle, scheme, incoming, outgoing).catch((error: unknown) => {
      if (!(error instanceof ConnectionLost)) console.error(error);
      outgoing.destroy();
    });
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `${scheme}://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handle: Handle,
  scheme: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handle(await toSim(scheme, incoming));
  const { content, type } = encode(response);
  const headers: Record<string, string> = { ...response.headers };
  if (type) headers['content-type'] = type;
  const bodiless = response.status === 204 || incoming.method === 'HEAD';
  if (!bodiless) headers['content-length'] = String(Buffer.byteLength(content));
  outgoing.writeHead(response.status, headers);
  outgoing.end(bodiless ? undefined : content);
}

/** `x-sim-host` names the host the caller meant; its URLs are https, as Azure's are. */
async function toSim(scheme: string, incoming: IncomingMessage): Promise<SimRequest> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const meant = headers['x-sim-host'];
  const origin = meant ? `https://${meant}` : `${scheme}://${headers.host ?? '127.0.0.1'}`;
  const path = (incoming.url ?? '/').startsWith('/') ? (incoming.url ?? '/') : '/';
  return {
    method: incoming.method ?? 'GET',
    url: toUrl(path, origin),
    headers,
    body: await bodyOf(incoming),
  };
}

/** Never `new URL(path, origin)`: a path that begins with two slashes would read as a host. */
function toUrl(path: string, origin: string): URL {
  try {
    return new URL(origin + path);
  } catch {
    return new URL(`http://127.0.0.1${path}`);
  }
}

/** Reads on past the limit so that the caller gets an answer, but keeps no more than says that it was passed. */
async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (size <= MAX_BODY) chunks.push(chunk);
    size += chunk.length;
  }
  return size === 0 ? undefined : Buffer.concat(chunks).toString('utf8');
}
