/** `?wait=preflight`: the caller learns at once when the deployment cannot work. */
import type { DurableClient } from 'durable-functions';
import { sleep } from '../ports/index.ts';
import { deploymentOf } from './instances.ts';
import { Problem } from './problem.ts';

/** Milliseconds between looks, and looks: the answer must be out long before Azure cuts it off. */
const PAUSE = 500;
const LOOKS = 120;

/** Returns when preflight has passed, or has taken longer than a caller should wait. @throws Problem 422 when it refused */
export async function preflightVerdict(durable: DurableClient, deploymentId: string): Promise<void> {
  for (let nth = 0; nth < LOOKS; nth++) {
    const deployment = await deploymentOf(durable, deploymentId);
    const state = deployment?.status?.s;
    if (state === 'failed' || state === 'rolling-back')
      throw new Problem(422, deployment?.record?.certificate.reason ?? 'Preflight refused the deployment', {
        extra: { deploymentId },
      });
    if (state !== undefined && state !== 'preflight') return;
    await sleep(PAUSE);
  }
}
