import { ports } from '../../ports/index.ts';
import { CliError, EXIT } from '../core/errors.ts';
import { type Client, pause, Unreachable } from '../http/client.ts';
import { ApiError } from '../http/problem.ts';
import type { DeploymentStatus } from '../http/types.ts';
import { streamStatuses } from './stream.ts';

export interface FollowOptions {
  interrupt: AbortSignal;
  /** Called with every status that arrives; true ends the following. */
  seen: (status: DeploymentStatus) => boolean;
  note: (text: string) => void;
}

/** Time between two looks where the control plane has no stream, in ms. */
const POLL_MS = 500;
/** How long a control plane may stay away (a restart, an upgrade) before the command gives up following, in ms. */
const PATIENCE_MS = 300_000;

/**
 * Follows a deployment until `seen` says so: by server-sent events with resume, by polling where there are none,
 * across restarts of the control plane. Giving up never touches the deployment.
 * @returns the last status seen
 * @throws Interrupted on Ctrl-C, ApiError when the deployment is unknown
 */
export async function follow(client: Client, deploymentId: string, options: FollowOptions): Promise<DeploymentStatus> {
  const { interrupt, seen, note } = options;
  const path = `/api/deployment/${encodeURIComponent(deploymentId)}`;
  const resume: { lastEventId?: string | undefined; usable: boolean } = { usable: true };
  let lost: number | undefined;
  let wait = POLL_MS;
  const arrived = (status: DeploymentStatus): boolean => {
    if (lost !== undefined) note('The control plane answers again');
    lost = undefined;
    wait = POLL_MS;
    return seen(status);
  };
  for (;;) {
    try {
      const status = await client.get<DeploymentStatus>(`${path}/status`);
      if (arrived(status)) return status;
      if (resume.usable) {
        const ended = await streamStatuses(client, `${path}/events`, resume, arrived);
        if (ended) return ended;
      }
    } catch (error) {
      if (!(error instanceof Unreachable || (error instanceof ApiError && error.status >= 500))) throw error;
      const now = ports().now();
      if (lost === undefined) {
        lost = now;
        note(`${error.message}: the deployment goes on without it being watched; trying again`);
      }
      if (now - lost > PATIENCE_MS)
        throw new CliError(EXIT.failed, `${error.message} for ${PATIENCE_MS / 60_000} minutes`, {
          hint: `the deployment ${deploymentId} may still go on: 'stream-control watch' follows it once the control plane is back`,
        });
      wait = Math.min(wait * 1.5, 3000);
    }
    await pause(wait, interrupt);
  }
}
