import type { Clock } from '../../clock.ts';

/** ms of real time that who is called from here has for an answer. */
const ANSWER_MS = 30_000;

export interface Outbound {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}
export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
export interface OutsideOptions {
  /** Where alerts go whose call names no address. */
  webhook?: (() => string | undefined) | undefined;
  /**
   * Replaces the network for what goes out of the simulator. It holds the clock itself while it works: who answers may wait for time to
   * pass, which nobody may keep from it.
   */
  send?: ((request: Outbound) => Promise<OutboundAnswer>) | undefined;
}

/** What is not in the simulated Azure: whoever its resources call. */
export class Outside {
  readonly #clock: Clock;
  readonly #options: OutsideOptions;
  readonly #transact: (task: () => void) => void;

  /** @param transact runs a task in the simulator's single thread and keeps what it changed */
  constructor(clock: Clock, options: OutsideOptions, transact: (task: () => void) => void) {
    this.#clock = clock;
    this.#options = options;
    this.#transact = transact;
  }
  /** Where alerts go whose call names no address. */
  webhook(): string | undefined {
    return this.#options.webhook?.();
  }
  /** Sends a request; what is done with its answer is kept. @param lost no answer came */
  call(request: Outbound, answered: (answer: OutboundAnswer) => void, lost: () => void): void {
    this.#send(request).then(
      (answer) => this.#transact(() => answered(answer)),
      () => this.#transact(lost),
    );
  }
  async #send(request: Outbound): Promise<OutboundAnswer> {
    if (this.#options.send) return await this.#options.send(request);
    const release = this.#clock.hold();
    try {
      const answer = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        // Who calls out of Azure gives up too; a receiver that hangs must not gather requests.
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    } finally {
      release();
    }
  }
}
