/**
 * The durable entity of when the control plane listens: patience with what keeps silent, or complains, is not used up while nobody
 * heard.
 */
import { EntityId } from 'durable-functions';
import { z } from 'zod';

export const LISTENING = 'listening';
export const listeningEntity = new EntityId(LISTENING, 'control-plane');

/** Milliseconds since the Unix epoch. */
export interface ListeningState {
  /** Since when, without a gap. */
  since: number;
  /** When that was last said. */
  at: number;
}

/** Input of `listen`: now, in milliseconds since the Unix epoch. */
export const listenInput = z.number().nonnegative();

/** Milliseconds after which it is said again: with every second sweep. */
const AGAIN = 30_000;
/** Milliseconds without a word that are a gap. */
const GAP = 65_000;

export const isToBeSaid = (state: ListeningState | undefined, now: number): boolean =>
  state === undefined || now - state.at >= AGAIN || now < state.at;

/** Since when the control plane listens at `now`; undefined while it never said so. */
export function listeningSince(state: ListeningState | undefined, now: number): number | undefined {
  if (state === undefined) return undefined;
  return now - state.at > GAP ? now : Math.min(state.since, now);
}

export const listen = (state: ListeningState | undefined, now: number): ListeningState => ({
  since: listeningSince(state, now) ?? now,
  at: now,
});
