/** The frame of a stream of server-sent events: looks again and again, and ends by itself or when its client has gone. */
import { ReadableStream } from 'node:stream/web';
import { ports } from '../ports/index.ts';

/** Milliseconds: Azure cuts responses at 230 s and does not tell of clients that left, so a stream ends by itself. */
const LIFETIME = 200_000;

/** Milliseconds between two looks, and after which a client comes back. */
export interface Pace {
  look: number;
  retry: number;
}

/**
 * @param look what there is to tell; undefined, or a failure, where it cannot tell at the moment
 * @param tell says it; true ends the stream. `now` is milliseconds since the Unix epoch
 * @param left aborted when the client has gone
 */
export function eventStream<Seen>(
  { look: pause, retry }: Pace,
  look: () => Promise<Seen | undefined>,
  tell: (seen: Seen | undefined, now: number, say: (text: string) => void) => boolean,
  left: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const begun = ports().now();
  let cancel = () => {};
  let open = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (text: string) => controller.enqueue(encoder.encode(text));
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
        if (tell(seen, now, say) || now - begun >= LIFETIME) return end();
        cancel = ports().timer(pause, () => void turn());
      };
      say(`retry: ${retry}\n\n`);
      if (left.aborted) end();
      else void turn();
    },
    cancel() {
      open = false;
      cancel();
    },
  });
}
