/**
 * One stream of server-sent events with several parts (contract/api/live.ts). A part is sent when what it says has changed; the id of
 * a message lists what the client has by then, so any process of the app goes on where another one stopped.
 */
import type { ReadableStream } from 'node:stream/web';
import { contentHash } from '../../domain/hash.ts';
import { eventStream, type Pace } from '../event-stream.ts';

const PACE: Pace = { look: 400, retry: 1_000 };
/** Milliseconds between two signs of life. */
const TICK = 1_000;

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
  pace: Pace = PACE,
): ReadableStream<Uint8Array> {
  const sent = had(resume);
  let ticked = Number.NEGATIVE_INFINITY;
  return eventStream<readonly Part[]>(
    pace,
    look,
    (parts, now, say) => {
      // Only a look that has seen something is a sign of life: what cannot be seen must grow old on the page.
      if (!parts) return false;
      for (const { name, key, body, meaning = body } of parts) {
        const place = key === undefined ? name : `${name}/${key}`;
        const hash = hashOf(meaning);
        if (sent.get(place) === hash) continue;
        sent.set(place, hash);
        say(`id: ${idOf(sent)}\nevent: ${name}\ndata: ${JSON.stringify(body)}\n\n`);
      }
      if (now - ticked >= TICK) {
        ticked = now;
        say(`event: tick\ndata: ${JSON.stringify({ now: new Date(now).toISOString() })}\n\n`);
      }
      return false;
    },
    left,
  );
}
