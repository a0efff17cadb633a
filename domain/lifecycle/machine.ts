import type { Effect, EffectOutcome } from '../seam/effect.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Reducer, Standing, Step } from '../seam/reducer.ts';
import type { DecodedStatus } from '../status/decoded.ts';
import type { EncodedStatus } from '../status/encoded.ts';
import { reducer } from './reducer.ts';
import { REDUCER_VERSION } from './version.ts';
import { FROZEN } from './versions/index.ts';

/** Reducers by version: those that were released stay until no live event uses them (docs/reducer-versions.md). */
const VERSIONS: Readonly<Record<number, Reducer>> = { ...FROZEN, [REDUCER_VERSION]: reducer };

/** A lifecycle's reducer bound to its input. */
export interface Machine {
  start(now: number): Step<unknown>;
  receive(state: unknown, message: unknown, now: number): Step<unknown>;
  performed(state: unknown, effects: readonly Effect[], outcomes: readonly EffectOutcome[], now: number): Step<unknown>;
  standing(state: unknown): Standing;
  show(state: unknown): EncodedStatus;
}

/** @throws Error when this build no longer has the version an event was started with */
export function machineOf(input: LifecycleInput): Machine {
  const own = VERSIONS[input.version];
  if (!own)
    throw new Error(
      `Cannot run event ${JSON.stringify(input.event)} as its reducer version must be one of ${Object.keys(VERSIONS).join(', ')}: current value is ${input.version}`,
    );
  return {
    start: (now) => own.start(input, now),
    receive: (state, message, now) => own.receive(input, state, message, now),
    performed: (state, effects, outcomes, now) => own.performed(input, state, effects, outcomes, now),
    standing: own.standing,
    show: (state) => own.encode(input, state),
  };
}

/** A lifecycle of a version that this build no longer has is broken. The present reducer shows it as well as it can. */
const readerOf = ({ version }: LifecycleInput): Reducer => VERSIONS[version] ?? reducer;

/** Reads what a lifecycle shows by the version that wrote it. */
export const readStatus = (input: LifecycleInput, status: EncodedStatus): DecodedStatus =>
  readerOf(input).decode(input, status);

/** What the first turn of a lifecycle will show. */
export function firstStatus(input: LifecycleInput): EncodedStatus {
  const own = readerOf(input);
  return own.encode(input, own.start(input, Date.parse(input.acceptedAt)).state);
}
