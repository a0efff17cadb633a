import { z } from 'zod';
import { deploymentId } from '../seam/fields.ts';

const DAY_SECONDS = 86_400;

/** What one deployment that became live teaches all after it. All seconds are before the time scale. */
export const runInput = z.object({
  deploymentId,
  /** From the begin of preflight to LIVE, with every retry, other size and other region on the way. */
  readySeconds: z.number().positive().max(DAY_SECONDS),
  /** Median duration of the plan's nodes by kind of step. */
  steps: z.record(z.string(), z.number().nonnegative().max(DAY_SECONDS)),
});
export type Run = z.infer<typeof runInput>;
