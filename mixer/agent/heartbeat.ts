import { z } from 'zod';
import { type Log, words } from './log.ts';
import type { Status } from './status.ts';

const text = z.string().min(1).optional().catch(undefined);
/** Seconds between heartbeats that an agent accepts; beyond them it takes the nearest. */
const [FASTEST, SLOWEST] = [0.2, 300];
/** The control plane's answer, field by field: one that is none, or of a later version, is ignored and the others count. */
const replySchema = z.object({
  streaming: z.boolean().optional().catch(undefined),
  scene: text,
  restartId: text,
  rereadId: text,
  intervalSeconds: z
    .number()
    .positive()
    .transform((seconds) => Math.min(Math.max(seconds, FASTEST), SLOWEST))
    .optional()
    .catch(undefined),
});
export type Reply = z.infer<typeof replySchema>;

export interface HeartbeatOptions {
  /** Address of the control plane. */
  url: string;
  intervalSeconds: number;
  token: () => Promise<string>;
  status: () => Status;
  onReply: (reply: Reply) => void;
  /** The deployment is gone: nothing more will be wanted. */
  onGone: () => void;
  log: Log;
}

const TIMEOUT_MS = 10_000;

/** Tells the control plane how the mixer is, again and again, and hears what to do. A control plane that is away changes nothing on air. */
export class Heartbeat {
  #options: HeartbeatOptions;
  #intervalSeconds: number;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #failing: string | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#intervalSeconds = options.intervalSeconds;
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
      const reply = await this.#send();
      if (this.#stopped) return;
      if (reply === 'gone') {
        log('deployment-gone');
        onGone();
      } else {
        this.#intervalSeconds = reply.intervalSeconds ?? this.#intervalSeconds;
        onReply(reply);
      }
      if (this.#failing !== undefined) log('heartbeat-heard-again');
      this.#failing = undefined;
    } catch (error) {
      const reason = words(error);
      if (reason !== this.#failing) log('heartbeat-failed', { reason });
      this.#failing = reason;
    }
    if (this.#stopped) return;
    const left = this.#intervalSeconds * 1000 - (performance.now() - began);
    this.#timer = setTimeout(() => void this.#beat(), Math.max(0, left));
  }
  async #send(): Promise<Reply | 'gone'> {
    const { url, token, status } = this.#options;
    const answer = await fetch(new URL('/api/agents/heartbeat', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify(status()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.status === 410) return 'gone';
    if (!answer.ok)
      throw new Error(`the control plane answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
    return replySchema.parse(await answer.json());
  }
}
