/**
 * One stream of server-sent events with several parts (contract/api/live.ts). A part is sent when what it says has changed; the id of
 * a message lists what the client has by then, so any process of the app goes on where another one stopped.
 */
import { ReadableStream } from 'node:stream/web';
import { contentHash } from '../../domain/hash.ts';
import { ports } from '../../ports/index.ts';

/** Milliseconds: Azure cuts responses at 230 s and does not tell of clients that left, so a stream ends by itself. */
const LIFETIME = 200_000;
/** Milliseconds between two looks, and between two signs of life. */
const LOOK = 400;
const TICK = 1_000;
/** Milliseconds after which a client comes back. */
const RETRY = 1_000;

export interface Part {
  /** Name of the message. */
  name: string;
  /** Tells parts of one name apart; they are many and small, and sent anew after a resume. */
  key?: string;
  body: unknown;
  /** What of it counts as a change; the body where it is not given. */
  meaning?: unknown;
}

const hashOf = (value: unknown): string => contentHash(value).slice(0, 12);

/** `event:1a2b,graph:3c4d` -> what a client has. Whatever else stands there counts as nothing. */
function had(id: string | null): Map<string, string> {
  const known = new Map<string, string>();
  for (const one of (id ?? '').split(',')) {
    const [, name, hash] = /^([a-z]{1,20}):([0-9a-f]{12})$/.exec(one) ?? [];
    if (name !== undefined && hash !== undefined) known.set(name, hash);
  }
  return known;
}

const idOf = (sent: ReadonlyMap<string, string>): string =>
  [...sent]
    .filter(([name]) => !name.includes('/'))
    .map(([name, hash]) => `${name}:${hash}`)
    .join(',');

/**
 * @param look all parts as they are now; undefined where it cannot tell at the moment
 * @param resume `Last-Event-ID`
 * @param left aborted when the client has gone
 */
export function liveStream(
  look: () => Promise<readonly Part[] | undefined>,
  resume: string | null,
  left: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const begun = ports().now();
  const sent = had(resume);
  let ticked = Number.NEGATIVE_INFINITY;
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
      const tell = ({ name, key, body, meaning = body }: Part) => {
        const place = key === undefined ? name : `${name}/${key}`;
        const hash = hashOf(meaning);
        if (sent.get(place) === hash) return;
        sent.set(place, hash);
        say(`id: ${idOf(sent)}\nevent: ${name}\ndata: ${JSON.stringify(body)}\n\n`);
      };
      const turn = async (): Promise<void> => {
        const parts = await look().catch(() => undefined);
        if (!open) return;
        const now = ports().now();
        // Only a look that has seen something is a sign of life: what cannot be seen must grow old on the page.
        if (parts) {
          for (const part of parts) tell(part);
          if (now - ticked >= TICK) {
            ticked = now;
            say(`event: tick\ndata: ${JSON.stringify({ now: new Date(now).toISOString() })}\n\n`);
          }
        }
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
