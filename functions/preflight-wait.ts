/** `?wait=preflight`: the caller learns at once when the deployment cannot work. */
import type { DurableClient } from 'durable-functions';
import { is } from '../domain/states.ts';
import { deploymentOf } from '../durable/deployments.ts';
import { sleep } from '../ports/index.ts';
import { Problem } from './problem.ts';
import { decoded, howBroken } from './views.ts';

/** Milliseconds between looks, and looks: the answer must be out long before Azure cuts it off. */
const PAUSE = 500;
const LOOKS = 120;

/** Preflight has not spoken, or its verdict is being written. */
const undecided = (state: string): boolean => state === 'preflight' || is(state, 'failing');

/** Returns when preflight has passed, or has taken longer than a caller should wait. @throws Problem 422 when it refused */
export async function preflightVerdict(durable: DurableClient, deploymentId: string): Promise<void> {
  for (let nth = 0; nth < LOOKS; nth++) {
    const deployment = await deploymentOf(durable, deploymentId);
    if (deployment?.brokenAs !== undefined) throw new Problem(503, howBroken(deployment.brokenAs));
    const status = deployment && decoded(deployment);
    if (status?.error) {
      const { code, message, advice } = status.error.failure;
      throw new Problem(422, `${code}: ${message}${advice ? `; ${advice}` : ''}`, { extra: { deploymentId, code } });
    }
    if (status && !undecided(status.state)) return;
    await sleep(PAUSE);
  }
}
