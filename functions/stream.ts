/**
 * Server-sent events of one deployment. Each event is the whole status, its id the hash of what it says: so any instance of
 * the app can resume any client, and nothing is kept in memory between connections.
 */
import type { ReadableStream } from 'node:stream/web';
import type { DeploymentStatus } from '../contract/api/deployment.ts';
import { contentHash } from '../domain/hash.ts';
import { ports } from '../ports/index.ts';
import { eventStream } from './event-stream.ts';

const PACE = { look: 1_000, retry: 2_000 };
/** Milliseconds between two signs of life. */
const HEARTBEAT = 15_000;

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
  let sent = resume;
  let spoken = ports().now();
  return eventStream<Look>(
    PACE,
    look,
    (seen, now, say) => {
      const speak = (text: string) => {
        spoken = now;
        say(text);
      };
      if (seen) {
        const id = idOf(seen.status);
        if (id !== sent) speak(`id: ${id}\nevent: status\ndata: ${JSON.stringify(seen.status)}\n\n`);
        sent = id;
        if (seen.last) return true;
      }
      if (now - spoken >= HEARTBEAT) speak(': alive\n\n');
      return false;
    },
    left,
  );
}
