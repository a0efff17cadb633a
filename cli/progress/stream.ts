import { ports } from '../../ports/index.ts';
import { type Client, Unreachable } from '../http/client.ts';
import { serverEvents } from '../http/sse.ts';
import type { DeploymentStatus } from '../http/types.ts';

/** A connection that says nothing for so long, not even a heartbeat comment, is taken for dead (ms). */
const SILENCE_MS = 45_000;

const isStatus = (value: unknown): value is DeploymentStatus =>
  typeof value === 'object' && value !== null && 'deploymentId' in value && 'nodes' in value;

/**
 * Reads one connection of a deployment's event stream.
 * @param resume carries the last event id from one connection to the next; `usable` becomes false where the route does not stream
 * @param seen called with every status; true ends the reading
 * @returns the status that ended it, or undefined when the connection ended first (the server ends each by itself)
 */
export async function streamStatuses(
  client: Client,
  path: string,
  resume: { lastEventId?: string | undefined; usable: boolean },
  seen: (status: DeploymentStatus) => boolean,
): Promise<DeploymentStatus | undefined> {
  const silence = new AbortController();
  let cancel = () => {};
  const alive = () => {
    cancel();
    cancel = ports().timer(SILENCE_MS, () => silence.abort());
  };
  alive();
  try {
    const headers = {
      accept: 'text/event-stream',
      ...(resume.lastEventId !== undefined && { 'last-event-id': resume.lastEventId }),
    };
    const response = await client.stream('GET', path, { headers }, silence.signal);
    if (!response.ok || !response.body || !response.headers.get('content-type')?.includes('text/event-stream')) {
      await response.body?.cancel();
      resume.usable = response.status >= 500 || response.status === 429;
      return undefined;
    }
    for await (const { id, data } of serverEvents(response.body, alive)) {
      if (id !== undefined) resume.lastEventId = id;
      const value: unknown = JSON.parse(data);
      if (isStatus(value) && seen(value)) return value;
    }
    return undefined;
  } catch (error) {
    if (silence.signal.aborted || !(error instanceof Error) || error instanceof Unreachable) return undefined;
    // A body that breaks off in the middle (a host that was killed) is an ordinary end: the caller looks again.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    cancel();
    silence.abort();
  }
}
