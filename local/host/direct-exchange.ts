/**
 * An exchange with the app's HTTP proxy where host and app share a process and the client came without a socket: the proxy gets
 * its request and response at once, and no connection, HTTP text or parser stands between.
 */
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { PassThrough, type Readable, Writable } from 'node:stream';

interface Head {
  status: number;
  headers: [string, string][];
}

/** Node.js documentation, diagnostics_channel: what its server says of each request, and apps listen to. */
const started = channel('http.server.request.start');

/** The part of `ServerResponse` that an answer is made with; its head goes with the first piece of the body, or the end. */
class Answered extends Writable {
  readonly body = new PassThrough();
  readonly head: Promise<Head>;
  statusCode = 200;
  headersSent = false;
  #headers = new Map<string, string | number | readonly string[]>();
  readonly #send: (head: Head) => void;

  constructor() {
    super();
    const { promise, resolve } = Promise.withResolvers<Head>();
    this.head = promise;
    this.#send = resolve;
  }
  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }
  #flush(empty: boolean): void {
    if (this.headersSent) return;
    this.headersSent = true;
    // As Node's server says it of an answer that ends without a body.
    if (empty && !this.#headers.has('content-length') && this.statusCode !== 204 && this.statusCode !== 304)
      this.#headers.set('content-length', 0);
    const headers = [...this.#headers].flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    );
    this.#send({ status: this.statusCode, headers });
  }
  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#flush(false);
    this.body.write(chunk, done);
  }
  override _final(done: (error?: Error | null) => void): void {
    this.#flush(true);
    this.body.end();
    done();
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.body.writableEnded) this.body.destroy();
    done(error);
  }
}

export interface DirectCall {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body: Readable;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

export interface DirectAnswer extends Head {
  body: Readable;
  /** Whether all of it is there. */
  complete(): boolean;
}

/**
 * @param listener what the app's proxy does with a request
 * @returns the answer, as soon as its head is there; pending for as long as the proxy does not answer
 */
export async function exchangeDirectly(
  listener: RequestListener,
  { method, url, headers, body, signal }: DirectCall,
): Promise<DirectAnswer> {
  const answered = new Answered();
  const leave = () => {
    body.destroy();
    answered.destroy();
  };
  signal.addEventListener('abort', leave);
  // Who does not read on has left as well.
  answered.body.once('close', () => answered.writableFinished || leave());
  answered.once('close', () => signal.removeEventListener('abort', leave));
  // Only so much is used of Node's classes, by the programming model's proxy and by who listens to the channel.
  const request = Object.assign(body, { method, url, headers, httpVersion: '1.1' }) as unknown as IncomingMessage;
  const response = answered as unknown as ServerResponse<IncomingMessage> & { req: IncomingMessage };
  started.publish({ request, response, socket: undefined, server: undefined });
  listener(request, response);
  const head = await answered.head;
  return { ...head, body: answered.body, complete: () => answered.writableFinished };
}
