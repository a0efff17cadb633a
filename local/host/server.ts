/** The socket side of the host: node:http requests to {@link HttpIncoming} and back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Guarded, refuse, refused } from '../guard.ts';
import { ensureError, HostError } from './errors.ts';
import { empty, type HttpIncoming, type HttpOutgoing } from './http-message.ts';

function incoming(request: IncomingMessage, response: ServerResponse): HttpIncoming | undefined {
  const host = request.headers.host ?? 'localhost';
  const target = request.url ?? '/';
  const url = URL.parse(target.startsWith('/') ? `http://${host}${target}` : target);
  if (!url) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const method = request.method ?? 'GET';
  return { method, url, headers, body: request, inProcess: false, signal: gone.signal };
}

async function send(answer: HttpOutgoing, response: ServerResponse, method: string): Promise<void> {
  response.statusCode = answer.status;
  response.setHeader('server', 'Kestrel');
  // Kestrel says something of the connection only when that ends, or to a client of HTTP/1.0.
  if (response.shouldKeepAlive && response.req.httpVersion === '1.1') response.removeHeader('connection');
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  const { body } = answer;
  if (body instanceof Readable && method !== 'HEAD') {
    response.flushHeaders();
    // A client that goes away in the middle is no error of the host.
    await pipeline(body, response).catch(() => response.destroy());
  } else if (body === undefined || body instanceof Readable || body.length === 0) {
    if (body instanceof Readable) body.resume();
    response.setHeader('content-length', 0);
    response.end();
  } else response.end(body);
}

const LOOPBACK = '127.0.0.1';

export interface Listener {
  port: number;
  /** Stops taking connections, lets answers under way finish, closes idle connections. */
  close(): Promise<void>;
  /** Closes everything at once. */
  abort(): void;
}

/**
 * Binds the loopback address, which is where the {@link refuse guard} expects to be asked.
 * @param port 0 chooses a free one
 * @param rules what besides the usual is let through to {@link handle}
 * @throws HostError when the port is taken or not allowed
 */
export async function listen(
  port: number,
  rules: Pick<Guarded, 'also' | 'takes'>,
  handle: (request: HttpIncoming) => Promise<HttpOutgoing>,
): Promise<Listener> {
  const server: Server = createServer((request, response) => {
    const refusal = refuse({ scheme: 'http', port: (server.address() as AddressInfo).port, ...rules }, request);
    if (refusal) {
      const { headers, body } = refused(refusal);
      response.writeHead(refusal.status, headers).end(body);
      return;
    }
    const message = incoming(request, response);
    const answer = message ? handle(message).catch(() => empty(500)) : Promise.resolve(empty(400));
    answer.then((a) => send(a, response, request.method ?? 'GET')).catch(() => response.destroy());
  });
  // Uploads may take as long as they take; connections are kept longer than clients and proxies keep them.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use: choose another with --port' : ensureError(error).message;
      reject(new HostError(`Cannot listen on ${LOOPBACK}:${port} as ${why}`));
    });
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    abort: () => server.closeAllConnections(),
  };
}
