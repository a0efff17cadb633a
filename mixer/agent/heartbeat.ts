import {
  type Heard,
  hear,
  type Memory,
  newMemory,
  type Orders,
  type Reply,
  remember,
  secondsToNext,
} from '../../contract/agent.ts';
import { HEARTBEAT_ROUTE } from '../../contract/heartbeat.ts';
import { type Log, words } from './log.ts';
import type { Status } from './status.ts';

export interface HeartbeatOptions {
  /** Address of the control plane. */
  url: string;
  intervalSeconds: number;
  token: () => Promise<string>;
  status: () => Status;
  onReply: (reply: Reply, orders: Orders) => void;
  /** The deployment is gone: nothing more will be wanted. */
  onGone: () => void;
  log: Log;
}

const TIMEOUT_MS = 10_000;

/** Tells the control plane how the mixer is, again and again, and hears what to do. A control plane that is away changes nothing on air. */
export class Heartbeat {
  #options: HeartbeatOptions;
  #memory: Memory;
  #timer: NodeJS.Timeout | undefined;
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
    const { log, onReply, onGone } = this.#options;
    try {
      const heard = await this.#send();
      if (this.#stopped) return;
      const { memory, orders } = remember(this.#memory, heard);
      this.#memory = memory;
      if (heard.heard === 'nothing') throw new Error(heard.why);
      if (heard.heard === 'unknown') throw new Error('the control plane knows nothing of this mixer (404)');
      if (heard.heard === 'gone') {
        log('deployment-gone');
        onGone();
      } else onReply(heard.reply, orders);
      if (this.#failing !== undefined) log('heartbeat-heard-again');
      this.#failing = undefined;
    } catch (error) {
      const reason = words(error);
      if (reason !== this.#failing) log('heartbeat-failed', { reason });
      this.#failing = reason;
    }
    if (this.#stopped) return;
    const left = secondsToNext(this.#memory) * 1000 - (performance.now() - began);
    this.#timer = setTimeout(() => void this.#beat(), Math.max(0, left));
  }
  async #send(): Promise<Heard> {
    const { url, token, status } = this.#options;
    const answer = await fetch(new URL(`/${HEARTBEAT_ROUTE}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify(status()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return hear(answer.status, await answer.text());
  }
}
