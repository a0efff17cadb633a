/** Commands by number in the encoding; append only. */
export const COMMANDS = [
  'deploy',
  'teardown',
  'extend',
  'languages',
  'pause',
  'resume',
  'remediate',
  'relocate',
  'replace',
  'scale',
] as const;

/**
 * Characters of JSON a custom status may have. Durable Functions fails an instance whose status is over 16 KB of UTF-16
 * (8192 characters); the rest is margin for how the extension writes it again.
 */
export const STATUS_LIMIT = 7900;

/** class, code, message, resource, advice */
export type EncodedFailure = [string, string, string, string, string];

/**
 * customStatus of the lifecycle: positional and bounded. encode.ts writes it and decode.ts reads it. Others read `s` and `d` only (the
 * fence). Times are whole seconds since `b`.
 */
export interface EncodedStatus {
  /** Version of the encoding. */
  v: 1;
  /** Event state. */
  s: string;
  /** deploymentId. */
  d: string;
  /** Start of the lifecycle, seconds since the Unix epoch. */
  b: number;
  /** Since when it is in its state. */
  q: number;
  /** Nodes in graph order. */
  n: string;
  /** Index of the region in the request's list. */
  r: number;
  /** Open operations: suffix, command, accepted at, why its last try failed. */
  o: (string | number)[][];
  /** Phase within the state: stopping, removing, ended. */
  p?: string;
  /** Components, when they are not those that the request begins with: id, slot, variant, size, removed, sound, with colons between. */
  m?: string;
  /** Creation of the group, its end, LIVE, the end of the deployment. */
  c?: number;
  x?: number;
  t?: number;
  z?: number;
  /** Money in millionths of a dollar: what had been spent at `b` if what runs now had always run, and what runs per hour. */
  usd?: [number, number];
  /** Readings of secrets, newest first: last, count, first, text. */
  read?: (string | number)[][];
  /** Last operation: suffix, command, outcome, at, reason. */
  l?: (string | number)[];
  /** What people could not be told: how many, since when. */
  w?: [number, number];
  /** Error: a failure, then node and consequence. */
  e?: string[];
  /** Public addresses of the components, in order. */
  a?: string;
  /** Names that Azure gave otherwise than was expected: place of the component, name. */
  h?: (string | number)[][];
  /** Begin of preflight. */
  pf?: number;
  /** Components being remedied. */
  k?: string[];
  /** When components were remedied lately: place of the component, then seconds. */
  rem?: string;
  /** The commands an event takes are used up. */
  max?: 1;
  /** Failed nodes: index, then a failure. */
  f?: (string | number)[][];
  /** Armed alarms: name, generation, when, with points between. */
  y?: string;
  /** Work outside the plan that runs: id, attempt, since when. */
  A?: (string | number)[][];
  /** How much more waits: such work that had no room, and effects that could not be carried out. */
  i?: number;
  /** Value of the tag `hold` that keeps the event beyond its time. */
  H?: string;
  /** What was left in its groups as it is not its own, those that had room: name, type, why. */
  L?: string[][];
  /** Which components are unhealthy, all of them: their places. */
  g?: string;
  /** Unhealthy components, those that had room: name, since, reasons in words, 1 when only alerts say so. */
  u?: (string | number)[][];
  /** Journal, newest first: at, code, text. */
  j?: (string | number)[][];
}
