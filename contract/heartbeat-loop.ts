/** The heartbeats of an agent, whichever it is: again and again it says how it is, and hears what to do. */
import { type Heard, hear, type Memory, newMemory, type Orders, type Reply, remember, secondsToNext } from './agent.ts';
import { HEARTBEAT_ROUTE, type Report } from './heartbeat.ts';

export interface HeartbeatOptions {
  /** Address of the control plane. */
  url: string;
  intervalSeconds: number;
  /** The bearer token that proves who this is. */
  token: () => Promise<string>;
  report: () => Report;
  onReply: (reply: Reply, orders: Orders) => void;
  /** The deployment is gone: nothing more will be wanted. */
  onGone: () => void;
  log: (event: string, fields?: Record<string, unknown>) => void;
}

const TIMEOUT_MS = 10_000;

/** Tells the control plane, from the start until it is stopped. A control plane that is away changes nothing on air. */
export class HeartbeatLoop {
  readonly #options: HeartbeatOptions;
  #memory: Memory;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #failing: string | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#memory = newMemory(options.intervalSeconds);
  }
  start(): void {
    void this.#beat();
  }
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #beat(): Promise<void> {
    const began = performance.now();
    const { log } = this.#options;
    try {
      const heard = await this.#send();
      if (this.#stopped) return;
      this.#obey(heard);
      if (this.#failing !== undefined) log('heartbeat-heard-again');
      this.#failing = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#failing) log('heartbeat-failed', { reason });
      this.#failing = reason;
    }
    if (this.#stopped) return;
    const left = secondsToNext(this.#memory) * 1000 - (performance.now() - began);
    this.#timer = setTimeout(() => void this.#beat(), Math.max(0, left));
  }
  #obey(heard: Heard): void {
    const { memory, orders } = remember(this.#memory, heard);
    this.#memory = memory;
    if (heard.heard === 'nothing') throw new Error(heard.why);
    if (heard.heard === 'unknown') throw new Error('the control plane knows nothing of this mixer (404)');
    if (heard.heard === 'gone') {
      this.#options.log('deployment-gone');
      this.#options.onGone();
    } else this.#options.onReply(heard.reply, orders);
  }
  async #send(): Promise<Heard> {
    const { url, token, report } = this.#options;
    const answer = await fetch(new URL(`/${HEARTBEAT_ROUTE}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify(report()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return hear(answer.status, await answer.text());
  }
}
