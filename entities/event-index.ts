/** The durable entity that lists events: the SDK cannot filter instances by name, so list, sweep and reaper read this. */
import { EntityId } from 'durable-functions';
import { own } from '../domain/own.ts';
import type { IndexEntry } from '../domain/seam/records.ts';

export const EVENT_INDEX = 'eventIndex';
export const eventIndex = new EntityId(EVENT_INDEX, 'all');

/** Past deployments kept; older ones remain readable by their id as long as their record is. */
const PAST_LIMIT = 1000;

export interface IndexState {
  /** Latest deployment of each event name. */
  events: Record<string, IndexEntry>;
  /** Ended deployments, newest first. */
  past: IndexEntry[];
}
export const emptyIndex = (): IndexState => ({ events: {}, past: [] });

/** Moments compare as numbers: on its way through the extension a time loses the zeros at the end of its fraction. */
const time = ({ at }: Pick<IndexEntry, 'at'>): number => Date.parse(at);

/** Takes one entry in. Entries may come twice and in any order: for one deployment the newest counts. */
export function putEntry(state: IndexState, entry: IndexEntry): IndexState {
  const known = own(state.events, entry.event);
  const same = known?.deploymentId === entry.deploymentId;
  if (known && time(known) > time(entry)) {
    // A late entry of an earlier deployment may still complete the list of past ones.
    return same || !entry.over ? state : { ...state, past: keepPast(state.past, entry) };
  }
  const past = entry.over ? keepPast(state.past, entry) : state.past;
  return { events: { ...state.events, [entry.event]: entry }, past };
}

function keepPast(past: IndexEntry[], entry: IndexEntry): IndexEntry[] {
  const others = past.filter((other) => other.deploymentId !== entry.deploymentId);
  return [entry, ...others].sort((a, b) => time(b) - time(a)).slice(0, PAST_LIMIT);
}
