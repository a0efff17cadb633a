import { ports } from '../../ports/index.ts';
import { CliError, EXIT, Interrupted } from '../core/errors.ts';
import { DEFAULT_TIMEOUT } from '../core/globals.ts';
import { authorization, type SignIn } from './auth.ts';
import { apiError, eventIn } from './problem.ts';

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  /** True when sending it twice does no harm: then a connection that breaks is tried again. Default: GET. */
  repeatable?: boolean;
}

/** How often a throttled or broken request is repeated before the error is shown. */
const TRIES = 5;
/** Longest wait that a Retry-After may impose on a person at a terminal, in seconds. */
const MAX_RETRY_AFTER = 30;

const cause = (error: unknown): string => {
  const inner = (error as { cause?: { code?: string; message?: string } }).cause;
  return inner?.code ?? inner?.message ?? (error as Error).message;
};
/** Nothing listens there: no request can have been taken. */
const refused = (error: unknown) => /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/.test(cause(error));

/** The one way to the control plane: JSON over HTTP, problem+json into ApiError, a dead control plane into one clear line. */
export class Client {
  readonly url: string;
  readonly #signIn: SignIn;
  readonly #interrupt: AbortSignal;
  readonly #timeoutSeconds: number;
  #authorization: Promise<string | undefined> | undefined;

  constructor(url: string, signIn: SignIn, interrupt: AbortSignal, timeoutSeconds = DEFAULT_TIMEOUT) {
    this.#timeoutSeconds = timeoutSeconds;
    this.url = url.replace(/\/+$/, '');
    this.#signIn = signIn;
    this.#interrupt = interrupt;
  }

  /** The same caller's way to another service. @param scope what a token for it is asked for, where none was given */
  to(url: string, scope: string): Client {
    const { token } = this.#signIn;
    return new Client(url, token ? { token } : { scope }, this.#interrupt, this.#timeoutSeconds);
  }

  /**
   * One exchange with its whole answer, without retries.
   * @throws Interrupted, or CliError when nothing answers, or not in time; never for an HTTP status
   */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const late = new AbortController();
    const cancel = ports().timer(this.#timeoutSeconds * 1000, () => late.abort());
    try {
      const response = await this.stream(method, path, options, late.signal);
      const { status, headers, url } = response;
      const body = await response.text();
      return Object.defineProperty(new Response(body || null, { status, headers }), 'url', { value: url });
    } catch (error) {
      if (this.#interrupt.aborted) throw new Interrupted();
      if (late.signal.aborted) throw new TooLate(this.url, this.#timeoutSeconds);
      if (error instanceof CliError) throw error;
      throw new Unreachable(this.url, cause(error), false);
    } finally {
      cancel();
    }
  }

  /**
   * One exchange, whose answer may go on for as long as it likes.
   * @param signal ends it early, besides Ctrl-C
   * @throws Interrupted, or CliError when nothing answers; never for an HTTP status
   */
  async stream(method: string, path: string, options: RequestOptions, signal: AbortSignal): Promise<Response> {
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    this.#authorization ??= authorization(this.#signIn);
    const bearer = await this.#authorization;
    try {
      return await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(options.body !== undefined && { 'content-type': 'application/json' }),
          ...(bearer && { authorization: bearer }),
          ...options.headers,
        },
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
        signal: AbortSignal.any([signal, this.#interrupt]),
      });
    } catch (error) {
      if (this.#interrupt.aborted) throw new Interrupted();
      if (signal.aborted) throw error;
      throw new Unreachable(this.url, cause(error), refused(error));
    }
  }

  /** Sends until there is an answer worth having: honours Retry-After on 429 and 503, repeats what is repeatable after a broken connection. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const repeatable = options.repeatable ?? method === 'GET';
    for (let attempt = 1; ; attempt++) {
      let wait: number;
      try {
        const response = await this.send(method, path, options);
        if (response.ok) return response;
        const error = await apiError(response, eventIn(path, options.body));
        const after = Number(response.headers.get('retry-after') ?? '1');
        const busy = response.status === 429 || response.status === 503;
        if (!busy || attempt >= TRIES || !(after <= MAX_RETRY_AFTER)) throw error;
        wait = Math.max(after, 0.2) * 1000;
      } catch (error) {
        if (!(error instanceof Unreachable) || error.refused || !repeatable || attempt >= TRIES) throw error;
        wait = 500 * attempt;
      }
      await pause(wait, this.#interrupt);
    }
  }

  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.request(method, path, options);
    const text = await response.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new CliError(EXIT.failed, `${this.url}${path} did not answer with JSON`, {
        hint: 'is --url the address of a stream-control control plane?',
      });
    }
  }

  get<T>(path: string, query?: RequestOptions['query']): Promise<T> {
    return this.json<T>('GET', path, query ? { query } : {});
  }
}

/** It takes the connection and says nothing: asking again would only take as long again. */
export class TooLate extends CliError {
  constructor(url: string, seconds: number) {
    super(EXIT.failed, `The control plane at ${url} did not answer within ${seconds} s`, {
      hint: "what was sent may have been taken: 'stream-control list' tells; --timeout SECONDS waits longer",
    });
    this.name = 'TooLate';
  }
}

/** Nothing usable answers at the URL. */
export class Unreachable extends CliError {
  readonly refused: boolean;
  constructor(url: string, reason: string, wasRefused: boolean) {
    super(EXIT.failed, `The control plane does not answer at ${url} (${reason})`, {
      hint: "is 'stream-control serve' running? --url or STREAM_CONTROL_URL names another address",
    });
    this.name = 'Unreachable';
    this.refused = wasRefused;
  }
}

/** Waits `ms` milliseconds. @throws Interrupted at once on Ctrl-C */
export async function pause(ms: number, interrupt: AbortSignal): Promise<void> {
  if (interrupt.aborted) throw new Interrupted();
  let stop = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => reject(new Interrupted());
    interrupt.addEventListener('abort', stop, { once: true });
  });
  let cancel = () => {};
  const elapsed = new Promise<void>((resolve) => {
    cancel = ports().timer(ms, resolve);
  });
  try {
    await Promise.race([elapsed, interrupted]);
  } finally {
    cancel();
    interrupt.removeEventListener('abort', stop);
  }
}
