/** When the reaper may delete: pure rules, so that every refusal can be tested. */
import { claimOf, holdOf, type Tags, tagOf } from '../../domain/ownership.ts';

export interface Group {
  name: string;
  tags: Tags;
}

/**
 * What the control plane knows of a deployment: its lifecycle lives; it broke, and the event had this end (ms since the Unix
 * epoch); it is known to be over; or nothing is known. `elsewhere`: a lifecycle has the deployment, and this is none of its groups.
 */
export type Known = 'running' | 'elsewhere' | 'ended' | 'unknown' | { broke: number };

export type Ruling =
  | { reap: true; event: string; deploymentId: string; reason: string }
  /** `ours`: it counts among the groups that stream-control manages. */
  | { reap: false; ours: boolean; reason: string };

/** Groups deleted in one run at most, and the share of all managed groups once there are more than a few. */
export const LIMIT = 20;
export const SHARE = 0.5;
export const FEW = 5;

/** @param now milliseconds since the Unix epoch */
export function rule(group: Group, now: number, known: (deploymentId: string, event: string) => Known): Ruling {
  const keep = (reason: string, ours = true): Ruling => ({ reap: false, ours, reason });
  const read = (name: string) => tagOf(group.tags, name);
  if (read('managed-by') !== 'stream-control') return keep('not managed by stream-control', false);
  if (read('purpose') !== 'streaming-event') return keep('purpose is not streaming-event');
  if (read('auto_cleanup') !== 'true') return keep('auto_cleanup is not true');
  const hold = holdOf(group.tags);
  if (hold !== undefined) return keep(`held (hold=${hold.slice(0, 40)})`);
  const claim = claimOf(group);
  if ('odd' in claim) return keep(claim.odd);
  const { event, deploymentId, expires, expiresAt } = claim;
  const state = known(deploymentId, event);
  if (state === 'running') return keep(now < expires ? 'not expired' : 'expired, and its lifecycle is taking care');
  if (state === 'elsewhere') return keep(`it is none of the groups of ${deploymentId}`);
  if (state === 'ended') return { reap: true, event, deploymentId, reason: 'its deployment is over' };
  // Only the end of its time may take an event off the air whose lifecycle broke, whatever the tag says.
  if (now < expires || (typeof state === 'object' && now < state.broke)) return keep('not expired');
  return { reap: true, event, deploymentId, reason: `expired at ${expiresAt}` };
}

/** Why a run must not delete anything at all; undefined when it may. */
export function tooMuch(candidates: number, managed: number): string | undefined {
  if (candidates > LIMIT) return `${candidates} groups would go, more than ${LIMIT} in one run`;
  if (candidates > FEW && candidates > managed * SHARE)
    return `${candidates} of ${managed} groups would go, more than ${SHARE * 100} % in one run`;
  return undefined;
}
