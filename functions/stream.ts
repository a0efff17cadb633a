/**
 * Server-sent events of one deployment. Each event is the whole status, its id the hash of what it says: so any instance of
 * the app can resume any client, and nothing is kept in memory between connections.
 */
import { ReadableStream } from 'node:stream/web';
import type { DeploymentStatus } from '../contract/api/deployment.ts';
import { contentHash } from '../domain/hash.ts';
import { ports } from '../ports/index.ts';

/** Milliseconds: Azure cuts responses at 230 s and does not tell of clients that left, so a stream ends by itself. */
const LIFETIME = 200_000;
/** Milliseconds between two looks, and between two signs of life. */
const LOOK = 1_000;
const HEARTBEAT = 15_000;
/** Milliseconds after which a client comes back. */
const RETRY = 2_000;

export interface Look {
  status: DeploymentStatus;
  /** Nothing will change any more. */
  last: boolean;
}

/** Progress moves by itself; it does not make a change. */
const idOf = ({ progress: _progress, ...rest }: DeploymentStatus): string => contentHash(rest).slice(0, 16);

/**
 * @param resume `Last-Event-ID`: what the client has seen already is not sent again
 * @param left aborted when the client has gone
 */
export function statusStream(
  look: () => Promise<Look | undefined>,
  resume: string | null,
  left: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const begun = ports().now();
  let sent = resume;
  let spoken = begun;
  let cancel = () => {};
  let open = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (text: string) => {
        spoken = ports().now();
        controller.enqueue(encoder.encode(text));
      };
      const end = () => {
        if (!open) return;
        open = false;
        cancel();
        controller.close();
      };
      // A stream that nobody reads would go on looking to the end of its lifetime.
      left.addEventListener('abort', end, { once: true });
      const turn = async (): Promise<void> => {
        const seen = await look().catch(() => undefined);
        if (!open) return;
        const now = ports().now();
        if (seen) {
          const id = idOf(seen.status);
          if (id !== sent) say(`id: ${id}\nevent: status\ndata: ${JSON.stringify(seen.status)}\n\n`);
          sent = id;
          if (seen.last) return end();
        }
        if (now - spoken >= HEARTBEAT) say(': alive\n\n');
        if (now - begun >= LIFETIME) return end();
        cancel = ports().timer(LOOK, () => void turn());
      };
      say(`retry: ${RETRY}\n\n`);
      if (left.aborted) end();
      else void turn();
    },
    cancel() {
      open = false;
      cancel();
    },
  });
}
