/** When the reaper may delete: pure rules, so that every refusal can be tested. */

export interface Group {
  name: string;
  tags: Readonly<Record<string, string>>;
}

/** What the control plane knows of a deployment: its lifecycle runs, it is known to be over, or neither. */
export type Known = 'running' | 'ended' | 'unknown';

export type Ruling =
  | { reap: true; event: string; deploymentId: string; reason: string }
  /** `ours`: it counts among the groups that stream-control manages. */
  | { reap: false; ours: boolean; reason: string };

/** Milliseconds after its expiry during which a running lifecycle is left to tear its group down by itself. */
export const GRACE = 60 * 60_000;
/** Groups deleted in one run at most, and the share of all managed groups once there are more than a few. */
export const LIMIT = 20;
export const SHARE = 0.5;
export const FEW = 5;

/** Strictly ISO 8601 UTC as stream-control writes it: a date that could be read in two ways is no date. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const EVENT = /^[a-z][a-z0-9-]{1,18}[a-z0-9]$/;

/** The value of a tag; names compare case-insensitively, as Azure's do. */
function tag(tags: Group['tags'], name: string): string | undefined {
  const found = Object.keys(tags).find((each) => each.toLowerCase() === name);
  return found === undefined ? undefined : tags[found];
}

/** @param now milliseconds since the Unix epoch */
export function rule(group: Group, now: number, known: (deploymentId: string, event: string) => Known): Ruling {
  const keep = (reason: string, ours = true): Ruling => ({ reap: false, ours, reason });
  const read = (name: string) => tag(group.tags, name);
  if (read('managed-by') !== 'stream-control') return keep('not managed by stream-control', false);
  if (read('purpose') !== 'streaming-event') return keep('purpose is not streaming-event');
  if (read('auto_cleanup') !== 'true') return keep('auto_cleanup is not true');
  if (read('hold')?.toLowerCase() === 'true') return keep('held');
  const expires = read('expires');
  if (expires === undefined || !ISO.test(expires) || Number.isNaN(Date.parse(expires)))
    return keep('expires is missing or malformed');
  const deploymentId = read('deployment');
  const event = read('event');
  if (!deploymentId || !event || !EVENT.test(event) || !deploymentId.startsWith(`${event}-`))
    return keep('event or deployment is missing or malformed');
  const late = now - Date.parse(expires);
  const state = known(deploymentId, event);
  if (state === 'ended') return { reap: true, event, deploymentId, reason: 'its deployment is over' };
  if (late < 0) return keep('not expired');
  if (state === 'running' && late < GRACE) return keep('expired, and its lifecycle is taking care');
  return { reap: true, event, deploymentId, reason: `expired at ${expires}` };
}

/** Why a run must not delete anything at all; undefined when it may. */
export function tooMuch(candidates: number, managed: number): string | undefined {
  if (candidates > LIMIT) return `${candidates} groups would go, more than ${LIMIT} in one run`;
  if (candidates > FEW && candidates > managed * SHARE)
    return `${candidates} of ${managed} groups would go, more than ${SHARE * 100} % in one run`;
  return undefined;
}
