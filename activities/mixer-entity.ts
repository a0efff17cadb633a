/** The durable entity of one mixer: what its agent said last, and what it should do. */
import { EntityId } from 'durable-functions';

export const MIXER = 'mixer';
/** Key `<deploymentId>-<language>`. */
export const mixerEntity = (deploymentId: string, language: string) =>
  new EntityId(MIXER, `${deploymentId}-${language}`);

/** What an agent says of itself (contract). */
export interface Heartbeat {
  /** ISO 8601, when the door received it. */
  at: string;
  streaming: boolean;
  scene?: string;
  reconnects?: number;
  droppedFrames?: number;
  /** State by source name, such as `programme: connected`. */
  sources?: Record<string, string>;
  /** Reasons the agent gives for being unwell; empty when well. */
  problems?: string[];
  /** What people should know and no restart heals; also which parts of the heartbeat could not be taken as they were. */
  warnings?: string[];
}

/** What an agent should do. */
export interface Desired {
  streaming: boolean;
  scene: string;
  /** Restart OBS once per new id. */
  restartId?: string;
  /** Read the stream key again once per new id. */
  rereadId?: string;
}

export interface Verdict {
  healthy: boolean;
  reasons: string[];
}
/** What a heartbeat says of the mixer's health. */
export const verdictOf = ({ problems = [] }: Heartbeat): Verdict => ({
  healthy: problems.length === 0,
  reasons: problems,
});

export interface MixerState {
  heartbeat?: Heartbeat;
  /** What the lifecycle was told last; word is sent on difference only. */
  told?: Verdict;
  desired: Desired;
}
export const newMixer = (): MixerState => ({ desired: { streaming: true, scene: 'programme' } });

/** Takes a heartbeat in; an older one never replaces a newer. */
export function hear(state: MixerState, heartbeat: Heartbeat): MixerState {
  if (state.heartbeat && Date.parse(state.heartbeat.at) > Date.parse(heartbeat.at)) return state;
  return { ...state, heartbeat, told: verdictOf(heartbeat) };
}

/** Heartbeats that may be missed, and the least silence (ms) that counts where the time scale makes them dense. */
const MISSED = 3;
const LEAST_SILENCE = 5_000;

/**
 * Whether a mixer that spoke last in `heartbeat` has fallen silent.
 * @param interval milliseconds between heartbeats, after the time scale
 * @param now milliseconds since the Unix epoch
 */
export const isSilent = (heartbeat: Heartbeat, interval: number, now: number): boolean =>
  now - Date.parse(heartbeat.at) >= Math.max(LEAST_SILENCE, MISSED * interval);
