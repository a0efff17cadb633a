import type { EndedInstance } from './message.ts';

/** What carrying out an effect came to. */
export type EffectOutcome = { ok: true; ended?: EndedInstance[] } | { ok: false; error: string };

/** Calls of `perform` for one list of effects. */
export const PERFORM_TRIES = 5;
