/**
 * `enableHttpStream`: requests go to the HTTP proxy that `@azure/functions` opened, the invocation only carries the
 * trigger metadata, and the proxy's answer is the function's (azure-functions-host DefaultHttpProxyService.cs).
 */
import { Agent, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import type { LogSink } from '../durable/ports.ts';
import type { InvocationResponse, RpcData } from './core-types.ts';
import { exchangeDirectly } from './direct-exchange.ts';
import { type Exchange, INVOCATION } from './exchanges.ts';
import { empty, type HttpIncoming, type HttpOutgoing } from './http-message.ts';
import { queryOf } from './rpc-http.ts';

/** Headers of one hop, which a proxy does not hand on (RFC 9110, section 7.6.1). */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'expect']);

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

/** The proxy's answer, whose head is there. */
interface Proxied {
  answer: HttpOutgoing;
  /** Whether all of it is there. */
  complete(): boolean;
}

/** @returns the answer of the app's proxy; rejects when none comes */
async function forward({ uri, headers: own, direct }: Stream, id: string, request: HttpIncoming): Promise<Proxied> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) if (!HOP.has(name)) headers[name] = value;
  Object.assign(headers, own, {
    [INVOCATION]: id,
    'x-forwarded-host': request.url.host,
    'x-forwarded-proto': request.url.protocol.replace(':', ''),
  });
  const path = request.url.pathname + request.url.search;
  if (direct && request.inProcess) {
    const { method, body, signal } = request;
    const { complete, ...answer } = await exchangeDirectly(direct, { method, url: path, headers, body, signal });
    return { answer, complete };
  }
  return overSocket(new URL(uri).port, path, headers, request);
}

function overSocket(
  port: string,
  path: string,
  headers: Record<string, string>,
  request: HttpIncoming,
): Promise<Proxied> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      // The app's proxy listens on all addresses; the name in its URI may resolve to one that is not served here.
      {
        host: '127.0.0.1',
        port,
        path,
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
        resolve({ answer: answerOf(answer), complete: () => answer.complete });
      },
    );
    for (const [name, value] of Object.entries(headers)) call.setHeader(name, value);
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

/** Where the request of one invocation goes. */
export interface Stream {
  /** Base address of the app's proxy. */
  uri: string;
  /** Sent along. */
  headers: Record<string, string>;
  /** What the proxy does with a request, where it is in this process: for those who came without a socket. */
  direct?: RequestListener | undefined;
  /** How far the exchange had come when the function ended, undefined when its process did; ask once. */
  ended(): Exchange | undefined;
}

export interface StreamCall {
  stream: Stream;
  functionName: string;
  invocationId: string;
  request: HttpIncoming;
  /** @param forwarded throws when the answer did not reach the client: the invocation then counts as failed */
  invoke: (forwarded: () => void) => Promise<InvocationResponse>;
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

/** What became of the answer (YARP ForwarderError, as DefaultHttpProxyService.cs words it). */
class Forwarding {
  #answer: Proxied | undefined;
  #error: string | undefined;

  constructor(proxied: Promise<Proxied>, signal: AbortSignal) {
    proxied.then(
      (answer) => {
        this.#answer = answer;
      },
      () => {
        this.#error ??= 'Request';
      },
    );
    const left = () => {
      if (!this.#answer?.complete()) this.#error ??= this.#answer ? 'ResponseBodyCanceled' : 'RequestCanceled';
    };
    signal.addEventListener('abort', left);
  }
  check(): void {
    if (this.#error === undefined) return;
    const error = new Error(`Failed to proxy request with ForwarderError: ${this.#error}`);
    error.stack = error.message;
    throw error;
  }
}

/** Resolves as soon as the answer's head is there; its body streams on while the function runs. */
export async function streamThrough(call: StreamCall): Promise<HttpOutgoing> {
  const { invocationId: id, request, stream } = call;
  const proxied = forward(stream, id, request);
  const forwarding = new Forwarding(proxied, request.signal);
  const ended = call
    .invoke(() => forwarding.check())
    .then(
      () => (stream.ended()?.answered === false ? unanswered(call, 'returned nothing', 204) : undefined),
      () => {
        const exchange = stream.ended();
        // A process that ended has broken the connection: what was forwarded has failed by itself.
        if (!exchange || exchange.answered) return undefined;
        // Recorded from the real host (test/fixtures/traces/README.md): an empty 500 once the body was read, else nothing at all,
        // whatever threw (azure-functions-nodejs-library #324).
        if (exchange.read) return empty(500);
        return unanswered(call, 'threw before it read its request', 500);
      },
    );
  return new Promise<HttpOutgoing>((resolve) => {
    proxied.then(
      ({ answer }) => resolve(answer),
      () => resolve(empty(502)),
    );
    ended.then((answer) => answer && resolve(answer));
    request.signal.addEventListener('abort', () => resolve(empty(499)));
  });
}
