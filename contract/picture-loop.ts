/** The pictures of an agent, whichever it is: begun by a heartbeat's answer, ended when nobody looks. */
import { type Frame, PICTURE_ROUTE, pictureAnswerSchema } from './pictures.ts';

export interface PictureOptions {
  /** Address of the control plane. */
  url: string;
  token: () => Promise<string>;
  who: { deploymentId: string; language: string; component?: string | undefined };
  /** Makes one; undefined where there is none now. */
  take: () => Promise<Frame | undefined>;
  /** Nobody looks any more. */
  ended?: () => void;
  log: (event: string, fields?: Record<string, unknown>) => void;
}

const TIMEOUT_MS = 5_000;

/** One picture after another while they are wanted. One that cannot be made or told is left out: nothing on air depends on any. */
export class PictureLoop {
  readonly #options: PictureOptions;
  #seconds: number | undefined;
  /** Between the first picture and the last. */
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failing: string | undefined;

  constructor(options: PictureOptions) {
    this.#options = options;
  }
  /** @param seconds between two pictures; undefined where nobody looks */
  want(seconds: number | undefined): void {
    this.#seconds = seconds;
    if (seconds !== undefined && !this.#busy) void this.#next();
  }
  stop(): void {
    this.#seconds = undefined;
    clearTimeout(this.#timer);
  }

  async #next(): Promise<void> {
    this.#busy = true;
    const began = performance.now();
    const { log } = this.#options;
    try {
      if (!(await this.#send())) this.#seconds = undefined;
      this.#failing = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#failing) log('picture-failed', { reason });
      this.#failing = reason;
    }
    if (this.#seconds === undefined) {
      this.#busy = false;
      this.#options.ended?.();
      return;
    }
    const left = this.#seconds * 1000 - (performance.now() - began);
    this.#timer = setTimeout(() => void this.#next(), Math.max(0, left));
  }
  /** @returns whether more are wanted */
  async #send(): Promise<boolean> {
    const { url, token, who, take } = this.#options;
    const frame = await take();
    if (!frame) return true;
    const answer = await fetch(new URL(`/${PICTURE_ROUTE}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify({ ...who, ...frame }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    // A control plane of an earlier version has no such door, and a deployment that is gone wants nothing.
    if (answer.status === 404 || answer.status === 410) return false;
    if (!answer.ok) throw new Error(`the control plane answers ${answer.status}`);
    return pictureAnswerSchema.parse(JSON.parse(text)).wanted;
  }
}
