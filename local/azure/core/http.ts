import type { Json } from './json.ts';

/** A request as the simulator sees it, however it came (HTTP, HTTPS or in process). */
export interface SimRequest {
  method: string;
  /** Absolute URL as the caller meant it: `https://management.azure.com/subscriptions/...?api-version=...`. */
  url: URL;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Raw text; undefined when the request has none. */
  body?: string | undefined;
}

export interface SimResponse {
  status: number;
  headers?: Record<string, string>;
  /** Written as JSON; a {@link Text} is written as it is; undefined means an empty body. */
  body?: Json | Text | undefined;
  /** What a program outside of the simulated world answers in its stead; the world goes on meanwhile. */
  later?: Promise<Omit<SimResponse, 'later'>>;
}

/** A body that is not JSON. */
export class Text {
  readonly type: string;
  readonly content: string | Uint8Array;
  constructor(content: string | Uint8Array, type = 'text/plain; charset=utf-8') {
    this.content = content;
    this.type = type;
  }
}

/** The connection breaks and the caller sees no answer (`ECONNRESET`). */
export class ConnectionLost extends Error {
  readonly code = 'ECONNRESET';
  constructor() {
    super('socket hang up');
  }
}
