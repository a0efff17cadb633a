/** HTTP requests and answers inside the host, whichever way they came: a socket or {@link Host.fetch}. */
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

export interface HttpIncoming {
  method: string;
  /** Absolute, as the client addressed it. */
  url: URL;
  /** Names in lower case, several values joined by `, ` (cookies by `; `). */
  headers: Record<string, string>;
  /** The body, to be read once: as a stream, or by {@link readBody}. */
  readonly body: Readable;
  /** The whole body, where it is at hand; `body` gives the same. */
  content?: Buffer;
  /** True when it did not come through a socket: the app's own durable client, or who made the host. */
  inProcess: boolean;
  /** Aborted when the client went away. */
  signal: AbortSignal;
}

export interface HttpOutgoing {
  status: number;
  /** In order; only `set-cookie` may come twice. */
  headers: [string, string][];
  body?: Uint8Array | string | Readable;
}

/** An answer without a body; the server adds `content-length: 0`. */
export const empty = (status: number, headers: [string, string][] = []): HttpOutgoing => ({ status, headers });

export const json = (status: number, value: unknown): HttpOutgoing => ({
  status,
  headers: [['content-type', 'application/json; charset=utf-8']],
  body: JSON.stringify(value),
});

/** What the real host takes at most for a function (azure-functions-host, maxRequestBodySize), in bytes. */
export const FUNCTION_BODY = 104_857_600;
/** What the host's own pages and the management API take at most, in bytes: no input or event of an app comes near. */
export const OWN_BODY = 4_194_304;

export class BodyTooLarge extends Error {
  readonly limit: number;
  constructor(limit: number) {
    super(`The body may have at most ${limit} bytes`);
    this.limit = limit;
  }
}

/**
 * The whole body. What comes beyond the limit is read and dropped, as a connection that is cut would take the answer with it.
 * @throws BodyTooLarge
 */
export async function readBody(request: HttpIncoming, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    request.body.resume();
    throw new BodyTooLarge(limit);
  }
  if (request.content && request.content.length <= limit) return request.content;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += (chunk as Uint8Array).byteLength;
    if (size <= limit) chunks.push(Buffer.from(chunk as Uint8Array));
    else chunks.length = 0;
  }
  if (size > limit) throw new BodyTooLarge(limit);
  return Buffer.concat(chunks);
}

export interface Asked {
  method: string;
  url: string | URL;
  /** Names in lower case. */
  headers?: Record<string, string>;
  body?: string | Uint8Array | undefined;
}

/** A request of this process whose body is at hand, and whose client does not go away. */
export function asked({ method, url, headers = {}, body }: Asked): HttpIncoming {
  const content = Buffer.from(body ?? '');
  let stream: Readable | undefined;
  return {
    method,
    url: new URL(url),
    headers,
    content,
    get body() {
      stream ??= Readable.from(content.length > 0 ? [content] : []);
      return stream;
    },
    inProcess: true,
    signal: new AbortController().signal,
  };
}

/** The body of an answer as text. */
export async function textOf({ body = '' }: HttpOutgoing): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}

export function fromRequest(request: Request): HttpIncoming {
  return {
    method: request.method,
    url: new URL(request.url),
    headers: Object.fromEntries(request.headers.entries()),
    body: request.body ? Readable.fromWeb(request.body as NodeReadableStream) : Readable.from([]),
    inProcess: true,
    signal: request.signal,
  };
}

const NULL_BODY = new Set([204, 205, 304]);

/** @param method of the request: an answer to HEAD has no body */
export function toResponse(answer: HttpOutgoing, method: string): Response {
  const headers = new Headers();
  for (const [name, value] of answer.headers) headers.append(name, value);
  const none = NULL_BODY.has(answer.status) || method === 'HEAD' || answer.body === undefined;
  const body = answer.body instanceof Readable ? Readable.toWeb(answer.body) : answer.body;
  // Node's stream and buffer types are BodyInit at run time; the type names differ.
  return new Response(none ? null : (body as unknown as string), { status: answer.status, headers });
}
