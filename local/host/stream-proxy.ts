/**
 * `enableHttpStream`: requests go to the HTTP proxy that `@azure/functions` opened, the invocation only carries the
 * trigger metadata, and the proxy's answer is the function's (azure-functions-host DefaultHttpProxyService.cs).
 */
import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { Server } from 'node:net';
import type { LogSink } from '../durable/ports.ts';
import type { InvocationResponse, RpcData } from './core-types.ts';
import { empty, type HttpIncoming, type HttpOutgoing } from './http-message.ts';
import { queryOf } from './rpc-http.ts';

const ID = 'x-ms-invocation-id';
/** Headers of one hop, which a proxy does not hand on (RFC 9110, section 7.6.1). */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'expect']);

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}
/** The app's side of the exchanges under way: tells whether a handler touched its request and answered it. */
const exchanges = new Map<string, Exchange | undefined>();

/**
 * Lets the app's proxy see what the host forwards, once each, and nothing else. It keeps every request it is given under the
 * id that the request claims until an invocation asks for it: who else reaches the port could fill the memory with invented ones.
 * @param server the app's proxy, before it listens
 */
export function onlyForwarded(server: Server): void {
  const own = server.listeners('request') as RequestListener[];
  // Of servers that are not for HTTP nothing is known.
  if (own.length === 0) return;
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const id = request.headers[ID];
    if (typeof id !== 'string' || !exchanges.has(id) || exchanges.get(id) !== undefined) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    exchanges.set(id, { request, response });
    for (const listener of own) listener.call(server as never, request, response);
  });
}

/**
 * Asks to keep the connection: the app's side would else reset it after an answer to a body that it did not read to its end,
 * and the answer, still on its way, would be lost. No connection is used twice.
 */
const agent = new Agent({ keepAlive: true });
agent.maxFreeSockets = 0;

/**
 * Trigger metadata of an HTTP invocation. In streaming mode `@azure/functions` takes `request.params` from it, so query
 * keys show up among the params, as on the real host; route values win.
 */
export function streamMetadata(request: HttpIncoming, params: Record<string, string>): Record<string, RpcData> {
  const query = queryOf(request.url);
  const metadata: Record<string, RpcData> = {};
  for (const [name, value] of query) if (name !== 'code') metadata[name] = { string: value };
  for (const [name, value] of Object.entries(params)) metadata[name] = { string: value };
  metadata.Query = { json: JSON.stringify(Object.fromEntries(query)) };
  metadata.Headers = { json: JSON.stringify(request.headers) };
  return metadata;
}

function forward(httpUri: string, id: string, request: HttpIncoming): Promise<IncomingMessage> {
  const target = new URL(request.url.pathname + request.url.search, httpUri);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP.has(name)));
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      // The app's proxy listens on all addresses; the name in its URI may resolve to one that is not served here.
      {
        host: '127.0.0.1',
        port: target.port,
        path: target.pathname + target.search,
        method: request.method,
        agent,
      },
      (answer) => {
        answer.once('end', () => {
          // What the app did not want of the body is read and dropped: the client may be sending it still.
          if (call.writableFinished) return;
          request.body.unpipe(call);
          request.body.resume();
          call.destroy();
        });
        resolve(answer);
      },
    );
    for (const [name, value] of Object.entries(headers)) call.setHeader(name, value);
    call.setHeader(ID, id);
    call.setHeader('x-forwarded-host', request.url.host);
    call.setHeader('x-forwarded-proto', request.url.protocol.replace(':', ''));
    call.on('error', reject);
    request.signal.addEventListener('abort', () => call.destroy());
    request.body.pipe(call);
  });
}

function answerOf(proxied: IncomingMessage): HttpOutgoing {
  const headers: [string, string][] = [];
  for (let i = 0; i < proxied.rawHeaders.length; i += 2) {
    const name = proxied.rawHeaders[i] ?? '';
    if (HOP.has(name.toLowerCase()) || name.toLowerCase() === 'date') continue;
    headers.push([name, proxied.rawHeaders[i + 1] ?? '']);
  }
  return { status: proxied.statusCode ?? 502, headers, body: proxied };
}

export interface StreamCall {
  httpUri: string;
  functionName: string;
  invocationId: string;
  request: HttpIncoming;
  invoke: () => Promise<InvocationResponse>;
  log: LogSink;
  /** The real host leaves the client hanging when a handler fails or returns nothing in streaming mode; false answers 500 or 204. */
  hang: boolean;
}

/** What to answer when the function ended without an answer through the proxy; undefined leaves the client waiting. */
function unanswered(call: StreamCall, what: string, status: number): HttpOutgoing | undefined {
  if (!call.hang) return empty(status);
  call.log(
    'warning',
    `Function.${call.functionName}`,
    `'${call.functionName}' ${what}: with enableHttpStream the real host leaves the client waiting, and so does this one. ` +
      'Let every HTTP handler catch its errors and return an answer',
  );
  return undefined;
}

/** Resolves as soon as the answer's head is there; its body streams on while the function runs. */
export async function streamThrough(call: StreamCall): Promise<HttpOutgoing> {
  const { invocationId: id, request } = call;
  exchanges.set(id, undefined);
  const proxied = forward(call.httpUri, id, request);
  const ended = call.invoke().then(
    () => (exchanges.get(id)?.response.headersSent ? undefined : unanswered(call, 'returned nothing', 204)),
    () => {
      const exchange = exchanges.get(id);
      if (exchange?.response.headersSent) return undefined;
      // Recorded from the real host (test/fixtures/traces/README.md): an empty 500 once the body was read, else nothing at all,
      // whatever threw (azure-functions-nodejs-library #324).
      if (exchange?.request.readableDidRead) return empty(500);
      return unanswered(call, 'threw before it read its request', 500);
    },
  );
  ended.finally(() => exchanges.delete(id));
  return new Promise<HttpOutgoing>((resolve) => {
    proxied.then(
      (answer) => resolve(answerOf(answer)),
      () => resolve(empty(502)),
    );
    ended.then((answer) => answer && resolve(answer));
    request.signal.addEventListener('abort', () => resolve(empty(499)));
  });
}
