/** What a lifecycle that broke had been told, in its order: its reducer comes to the same state by hearing it again. */
import { z } from 'zod';
import { trusted } from './fields.ts';
import type { EffectOutcome } from './outcome.ts';

/** A lifecycle goes on where one that broke stood, to end the event. */
export const takeover = z.object({
  /** How the other ended, as Durable says. */
  how: z.string(),
  /** Who asked for the teardown; absent when the event's time is over. */
  teardown: z.object({ by: z.string() }).exactOptional(),
});
export type Takeover = z.infer<typeof takeover>;

const at = z.int().nonnegative();
const outcomes = trusted<EffectOutcome[]>(z.array(z.object({ ok: z.boolean() })));

/**
 * A message of the inbox, what a call of `perform` came to (a call that failed has no outcomes), or that another instance goes on from
 * here. Times are milliseconds since the Unix epoch.
 */
export const told = z.union([
  z.object({ at, message: z.unknown() }),
  z.object({ at, performed: z.object({ outcomes: outcomes.exactOptional() }) }),
  z.object({ at, takeover }),
]);
export type Told = z.infer<typeof told>;

export const past = z.object({ startedAt: at, told: z.array(told) });
export type Past = z.infer<typeof past>;
