/** The durable entity of one component's agent: what it said last, and what it should do. */
import { EntityId } from 'durable-functions';
import type { Desired, Heartbeat } from '../contract/heartbeat.ts';
import type { Complaint } from '../domain/seam/complaint.ts';

export const AGENT = 'agent';
/** Key `<deploymentId>-<component>`. */
export const agentEntity = (deploymentId: string, component: string) =>
  new EntityId(AGENT, `${deploymentId}-${component}`);

export interface Verdict {
  healthy: boolean;
  problems: Complaint[];
}
/** What a heartbeat says of its component's health. */
export const verdictOf = ({ problems = [] }: Heartbeat): Verdict => ({ healthy: problems.length === 0, problems });

/** Whether the destination has acknowledged picture and sound. */
export const hasDelivered = ({ acceptedPictures = 0, acceptedSounds = 0 }: Heartbeat): boolean =>
  acceptedPictures > 0 && acceptedSounds > 0;

export interface AgentState {
  heartbeat?: Heartbeat;
  /** What the lifecycle was told last; word is sent on difference only. */
  told?: Verdict;
  desired: Desired;
}
export const newAgent = (): AgentState => ({ desired: { streaming: true, scene: 'programme' } });

/** Milliseconds by which clocks may differ; what was said later than that has not been said yet. */
export const SKEW = 60_000;

/**
 * Takes a heartbeat. An older one replaces a newer one only when the newer is from the future: a clock was set back.
 * @param now milliseconds since the Unix epoch
 */
export function hear(state: AgentState, heartbeat: Heartbeat, now = Number.POSITIVE_INFINITY): AgentState {
  const known = Date.parse(state.heartbeat?.at ?? '');
  if (known > Date.parse(heartbeat.at) && known <= now + SKEW) return state;
  return { ...state, heartbeat, told: verdictOf(heartbeat) };
}

/** Heartbeats that may be missed, and the least silence (ms) that counts where the time scale makes them dense. */
const MISSED = 3;
const LEAST_SILENCE = 5_000;

/**
 * Whether an agent whose last heartbeat was `heartbeat` is silent.
 * @param interval milliseconds between heartbeats, after the time scale
 * @param now milliseconds since the Unix epoch
 * @param listening since when somebody listens without a gap
 */
export const isSilent = (heartbeat: Heartbeat, interval: number, now: number, listening = 0): boolean =>
  now - Math.max(Date.parse(heartbeat.at), listening) >= Math.max(LEAST_SILENCE, MISSED * interval);
