import type { Effect, EffectOutcome } from '../seam/effect.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { performed, reduce, type Step, startLifecycle } from './reduce.ts';
import type { LifecycleState } from './state.ts';

/** Version of the reducer that new lifecycles are started with. */
export const REDUCER_VERSION = 2;

/** A lifecycle's reducer bound to its input. Times are milliseconds since the Unix epoch. */
export interface Machine {
  start(now: number): Step;
  /** One message of the inbox; anything at all may arrive, nothing throws. */
  receive(state: LifecycleState, message: unknown, now: number): Step;
  /** What the effects of the latest step came to. */
  performed(state: LifecycleState, effects: readonly Effect[], outcomes: readonly EffectOutcome[], now: number): Step;
}

/**
 * Reducers by version. An edited reducer gets a new number; the old one stays until no live event uses it, because replay
 * must give the same effects in the same order. Recorded histories of each version are replayed in test/domain/replay.test.ts.
 */
const VERSIONS: Readonly<Record<number, (input: LifecycleInput) => Machine>> = {
  2: (input) => ({
    start: (now) => startLifecycle(input, now),
    receive: (state, message, now) => reduce(input, state, message, now),
    performed: (state, effects, outcomes, now) => performed(input, state, effects, outcomes, now),
  }),
};

/** @throws Error when this build no longer has the version an event was started with */
export function machineOf(input: LifecycleInput): Machine {
  const make = VERSIONS[input.version];
  if (!make)
    throw new Error(
      `Cannot run event ${JSON.stringify(input.event)} as its reducer version must be one of ${Object.keys(VERSIONS).join(', ')}: current value is ${input.version}`,
    );
  return make(input);
}
