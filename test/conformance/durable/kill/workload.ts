/** What is started in each round, what feeds it, and what it must come to. */
import type { HistoryEvent } from '../../../../local/durable/history.ts';
import type { Store } from '../../../../local/durable/store/ports.ts';

export interface Job {
  id: string;
  name: string;
  input: unknown;
}

export const jobsOf = (round: number): Job[] => [
  { id: `r${round}-chain`, name: 'chain', input: round },
  { id: `r${round}-fan`, name: 'fan', input: round },
  { id: `r${round}-naps`, name: 'naps', input: null },
  { id: `r${round}-family`, name: 'family', input: round },
  { id: `r${round}-listens`, name: 'listens', input: null },
  { id: `r${round}-counts`, name: 'counts', input: null },
  { id: `r${round}-adds-1`, name: 'adds', input: `shared-${round}` },
  { id: `r${round}-adds-2`, name: 'adds', input: `shared-${round}` },
  { id: `r${round}-ages`, name: 'ages', input: 0 },
  { id: `r${round}-retries`, name: 'retries', input: null },
];

const chain = (n: number): number => Array.from({ length: 8 }, (_, i) => i).reduce((sum, i) => (sum + i) * 2, n);
const fan = (n: number): number => Array.from({ length: 10 }, (_, i) => (n + i) * 2).reduce((a, b) => a + b, 0);

/** Outputs of an undisturbed run, worked out independently of the engine. */
export const expectedOf = (round: number): Record<string, unknown> => ({
  [`r${round}-chain`]: chain(round),
  [`r${round}-fan`]: fan(round),
  [`r${round}-naps`]: 'rested',
  [`r${round}-family`]: [chain(round), fan(round), 'rested'],
  [`r${round}-listens`]: [1, 2, 3, 4, 5],
  [`r${round}-counts`]: 515,
  [`r${round}-adds-1`]: 'added',
  [`r${round}-adds-2`]: 'added',
  [`r${round}-ages`]: 5,
  [`r${round}-retries`]: "Activity function 'fails' failed:  as it must",
});

/** The next word that a listener waits for and that has not been accepted yet. */
export function nextWord(store: Store, id: string): number | undefined {
  const instance = store.instance(id);
  if (instance?.status !== 'Running') return undefined;
  const waitsFor = (JSON.parse(instance.customStatus ?? '{}') as { waitsFor?: number }).waitsFor;
  if (waitsFor === undefined) return undefined;
  const accepted = [...store.history(id), ...store.inbox(id).map((message) => message.event)]
    .map((text) => JSON.parse(text) as HistoryEvent)
    .filter((event) => event.EventType === 15 && event.Input === String(waitsFor));
  return accepted.length === 0 ? waitsFor : undefined;
}
