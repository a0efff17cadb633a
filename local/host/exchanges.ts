/** The app's side of the HTTP exchanges that the host forwards to it in streaming mode. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server } from 'node:net';

/** Names the invocation that a forwarded request belongs to. */
export const INVOCATION = 'x-ms-invocation-id';
/** Proves that the host forwarded it, where host and app are two processes. */
export const PASS = 'x-stream-control-pass';

/** How far an exchange had come when its function ended. */
export interface Exchange {
  /** The answer's head is sent. */
  answered: boolean;
  /** The function has touched the request's body. */
  read: boolean;
}

/** By invocation; undefined until its request is there. */
const exchanges = new Map<string, { request: IncomingMessage; response: ServerResponse } | undefined>();
let pass: string | undefined;

/** A request for this invocation may come. */
export const expectExchange = (id: string): void => void exchanges.set(id, undefined);

/** Any request with this pass may come, from now on. */
export function expectPass(secret: string): void {
  pass = secret;
}

/** Forgets the exchange. Call once its function has ended. */
export function takeExchange(id: string): Exchange {
  const found = exchanges.get(id);
  exchanges.delete(id);
  return { answered: found?.response.headersSent === true, read: found?.request.readableDidRead === true };
}

/**
 * Lets the app's proxy see what the host forwards, once each, and nothing else. It keeps every request it is given under the
 * id that the request claims until an invocation asks for it: who else reaches the port could fill the memory with invented ones.
 * @param server the app's proxy, before it listens
 * @returns what it does with a request from now on; undefined for a server that is not for HTTP
 */
export function onlyForwarded(server: Server): RequestListener | undefined {
  const own = server.listeners('request') as RequestListener[];
  // Of servers that are not for HTTP nothing is known.
  if (own.length === 0) return undefined;
  server.removeAllListeners('request');
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const id = request.headers[INVOCATION];
    const passed = pass !== undefined && request.headers[PASS] === pass;
    delete request.headers[PASS];
    if (typeof id !== 'string' || exchanges.get(id) !== undefined || !(passed || exchanges.has(id))) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    exchanges.set(id, { request, response });
    for (const each of own) each.call(server as never, request, response);
  };
  server.on('request', listener);
  return listener;
}
