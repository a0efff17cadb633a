import { type Client, pause } from '../http/client.ts';
import type { DeploymentStatus } from '../http/types.ts';
import { patiently } from './patience.ts';
import { streamStatuses } from './stream.ts';

export interface FollowOptions {
  interrupt: AbortSignal;
  /** Called with every status that arrives; true ends the following. */
  seen: (status: DeploymentStatus) => boolean;
  note: (text: string) => void;
}

/** Time between two looks where the control plane has no stream, in ms. */
const POLL_MS = 500;

/**
 * Follows a deployment until `seen` says so: by server-sent events with resume, by polling where there are none,
 * across restarts of the control plane. Giving up never touches the deployment.
 * @returns the last status seen
 * @throws Interrupted on Ctrl-C, ApiError when the deployment is unknown
 */
export async function follow(client: Client, deploymentId: string, options: FollowOptions): Promise<DeploymentStatus> {
  const { interrupt, seen } = options;
  const path = `/api/deployment/${encodeURIComponent(deploymentId)}`;
  const resume: { lastEventId?: string | undefined; usable: boolean } = { usable: true };
  for (;;) {
    const status = await patiently(() => client.get<DeploymentStatus>(`${path}/status`), options);
    if (seen(status)) return status;
    const ended = resume.usable ? await streamStatuses(client, `${path}/events`, resume, seen) : undefined;
    if (ended) return ended;
    await pause(POLL_MS, interrupt);
  }
}
