/** What orchestrator and doors say to a version of the reducer. It may grow and never change while a frozen version stands. */
import type { DecodedStatus } from '../status/decoded.ts';
import type { EncodedStatus } from '../status/encoded.ts';
import type { Effect } from './effect.ts';
import type { LifecycleInput } from './lifecycle-input.ts';
import type { EffectOutcome } from './outcome.ts';
import type { Takeover } from './past.ts';

/** What a reduction gives: the next state, and what is to be done before the next message is taken. */
export interface Step<State> {
  state: State;
  effects: Effect[];
}

/** What is to be known of a state by who does not know its shape. */
export interface Standing {
  /** State of the event. */
  state: string;
  /** The last effects are out. */
  finishing: boolean;
  /** They are confirmed: the lifecycle returns. */
  finished: boolean;
}

/**
 * One version of all that interprets the input of a lifecycle, its inbox and what it shows. A state is plain JSON of a shape that
 * only its own version knows. Times are milliseconds since the Unix epoch.
 */
export interface Reducer<State = unknown> {
  start(input: LifecycleInput, now: number): Step<State>;
  /** One message of the inbox; anything at all may arrive, nothing throws. */
  receive(input: LifecycleInput, state: State, message: unknown, now: number): Step<State>;
  /** What the effects of the latest step came to, in their order; none when the whole call failed. */
  performed(
    input: LifecycleInput,
    state: State,
    effects: readonly Effect[],
    outcomes: readonly EffectOutcome[],
    now: number,
  ): Step<State>;
  /** It goes on in the place of one that broke, whose past it was told, to end the event. */
  takeOver(input: LifecycleInput, state: State, takeover: Takeover, now: number): Step<State>;
  standing(state: State): Standing;
  encode(input: LifecycleInput, state: State): EncodedStatus;
  decode(input: LifecycleInput, status: EncodedStatus): DecodedStatus;
}

/** A version of the reducer bound to the input of one lifecycle. */
export interface Machine {
  start(now: number): Step<unknown>;
  receive(state: unknown, message: unknown, now: number): Step<unknown>;
  performed(state: unknown, effects: readonly Effect[], outcomes: readonly EffectOutcome[], now: number): Step<unknown>;
  takeOver(state: unknown, takeover: Takeover, now: number): Step<unknown>;
  standing(state: unknown): Standing;
  show(state: unknown): EncodedStatus;
}
