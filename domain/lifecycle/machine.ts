import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Machine, Reducer } from '../seam/reducer.ts';
import type { DecodedStatus } from '../status/decoded.ts';
import type { EncodedStatus } from '../status/encoded.ts';
import { reducer } from './reducer.ts';
import { retrace } from './retrace.ts';
import { REDUCER_VERSION } from './version.ts';
import { FROZEN } from './versions/index.ts';

/** Reducers by version: those that were released stay until no live event uses them (docs/reducer-versions.md). */
const VERSIONS: Readonly<Record<number, Reducer>> = { ...FROZEN, [REDUCER_VERSION]: reducer };

const bound = (own: Reducer, input: LifecycleInput): Machine => ({
  start: (now) => own.start(input, now),
  receive: (state, message, now) => own.receive(input, state, message, now),
  performed: (state, effects, outcomes, now) => own.performed(input, state, effects, outcomes, now),
  takeOver: (state, takeover, now) => own.takeOver(input, state, takeover, now),
  standing: own.standing,
  show: (state) => own.encode(input, state),
});

/** @throws Error when this build no longer has the version an event was started with */
export function machineOf(input: LifecycleInput): Machine {
  const own = VERSIONS[input.version];
  if (!own)
    throw new Error(
      `Cannot run event ${JSON.stringify(input.event)} as its reducer version must be one of ${Object.keys(VERSIONS).join(', ')}: current value is ${input.version}`,
    );
  return bound(own, input);
}

/** A lifecycle of a version that this build no longer has is broken. The present reducer shows it as well as it can. */
const readerOf = ({ version }: LifecycleInput): Reducer => VERSIONS[version] ?? reducer;

/** Reads what a lifecycle shows by the version that wrote it. */
export const readStatus = (input: LifecycleInput, status: EncodedStatus): DecodedStatus =>
  readerOf(input).decode(input, status);

/** What the first turn of a lifecycle will show. */
export function firstStatus(input: LifecycleInput): EncodedStatus {
  const machine = bound(readerOf(input), input);
  const past = input.past ?? { startedAt: Date.parse(input.acceptedAt), told: [] };
  return machine.show(retrace(machine, past).step.state);
}
