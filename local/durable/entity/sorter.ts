/**
 * The extension's record of whom an entity heard from and wrote to (MessageSorter.cs). Delivery here is in order anyway, so
 * nothing is sorted by it; it is kept because the status of an entity shows it (test/fixtures/traces/http.json, `list all`).
 */
export interface Sorter {
  LastSentToInstance?: Record<string, string>;
  ReceivedFromInstance?: Record<string, { Last: string; ExecutionId?: string }>;
  ReceiveHorizon?: string;
  SendHorizon?: string;
}

/** Entries older than this are forgotten, ms. */
const WINDOW = 30 * 60_000;
/** The horizons move in steps of at least this, ms. */
const STEP = 10_000;

/** One and the same length for every timestamp, so that text compares as time. */
const comparable = (time: string): string => {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(7, '0')}`;
};
const isBefore = (one: string, other: string): boolean => comparable(one) < comparable(other);

function minus(time: string, ms: number): string {
  const [seconds = '', fraction] = time.replace('Z', '').split('.');
  const moved = new Date(Date.parse(`${seconds}Z`) - ms).toISOString().slice(0, 19);
  return `${moved}${fraction ? `.${fraction}` : ''}${time.endsWith('Z') ? 'Z' : ''}`;
}

/** The horizon for a message of this time; undefined while the old one is recent enough. */
function advanced(horizon: string | undefined, time: string): string | undefined {
  return horizon === undefined || isBefore(horizon, minus(time, WINDOW + STEP)) ? minus(time, WINDOW) : undefined;
}

const newerThan = <V>(entries: Record<string, V> | undefined, horizon: string, timeOf: (value: V) => string) =>
  Object.fromEntries(Object.entries(entries ?? {}).filter(([, value]) => !isBefore(timeOf(value), horizon)));

/** What clients send and what other entities pass on with a lock is not recorded. */
export function received(
  sorter: Sorter,
  request: { parent?: string; parentExecution?: string; pos?: number; Timestamp?: string },
): Sorter {
  const { parent, parentExecution, pos, Timestamp: Last } = request;
  if (parent === undefined || Last === undefined || (pos ?? 0) > 0) return sorter;
  const horizon = advanced(sorter.ReceiveHorizon, Last);
  const known = horizon
    ? newerThan(sorter.ReceivedFromInstance, horizon, (one) => one.Last)
    : sorter.ReceivedFromInstance;
  return ordered({
    ...sorter,
    ReceivedFromInstance: { ...known, [parent]: { Last, ...(parentExecution && { ExecutionId: parentExecution }) } },
    ...(horizon && { ReceiveHorizon: horizon }),
  });
}

/** Labels a message to another entity. @param now in the "o" format */
export function sent(
  sorter: Sorter,
  target: string,
  now: string,
): { sorter: Sorter; Timestamp: string; Predecessor?: string } {
  const horizon = advanced(sorter.SendHorizon, now);
  const known = horizon ? newerThan(sorter.LastSentToInstance, horizon, (one) => one) : sorter.LastSentToInstance;
  const last = known?.[target];
  return {
    sorter: ordered({
      ...sorter,
      LastSentToInstance: { ...known, [target]: now },
      ...(horizon && { SendHorizon: horizon }),
    }),
    Timestamp: now,
    ...(last !== undefined && { Predecessor: last }),
  };
}

function ordered({ LastSentToInstance, ReceivedFromInstance, ReceiveHorizon, SendHorizon }: Sorter): Sorter {
  return {
    ...(LastSentToInstance && { LastSentToInstance }),
    ...(ReceivedFromInstance && { ReceivedFromInstance }),
    ...(ReceiveHorizon && { ReceiveHorizon }),
    ...(SendHorizon && { SendHorizon }),
  };
}
