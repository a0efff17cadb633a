/** What a lifecycle that broke had been told, in its order: its reducer comes to the same state by hearing it again. */
import { z } from 'zod';
import { trusted } from './fields.ts';
import type { EffectOutcome } from './outcome.ts';

const at = z.int().nonnegative();
const outcomes = trusted<EffectOutcome[]>(z.array(z.object({ ok: z.boolean() })));

/** A message of the inbox, or what a call of `perform` came to; a call that failed has no outcomes. Times are milliseconds since the Unix epoch. */
export const told = z.union([
  z.object({ at, message: z.unknown() }),
  z.object({ at, performed: z.object({ outcomes: outcomes.exactOptional() }) }),
]);
export type Told = z.infer<typeof told>;

export const past = z.object({ startedAt: at, told: z.array(told) });
export type Past = z.infer<typeof past>;
