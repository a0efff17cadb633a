/** What an agent knows between two heartbeats. No secret: those are read when they are needed. */
import type { Memory } from '../../contract/agent.ts';
import type { Source } from '../../contract/problems.ts';
import type { JsonObject } from '../azure/core/json.ts';
import { isObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';

export interface AgentState extends JsonObject {
  /** Start of the machine or container that this agent belongs to. */
  start: number;
  /** ms since the epoch: start of the mixing program. */
  startedAt: number;
  memory: Memory & JsonObject;
  /** What the control plane wants. */
  wanted: boolean;
  scene: string;
  streaming: boolean;
  reconnects: number;
  droppedFrames: number;
  /** A stream key that the vault gave: one that is gone since is no reason to end a stream that runs. */
  hasKey: boolean;
  /** What the vault said when it was asked last. */
  fault?: 'vault-unreadable' | 'stream-key-absent';
  /** Since when each source is silent; ms since the epoch. */
  silentSince: Partial<Record<Source, number>>;
  /** Which of the programme's sounds it takes. */
  audio?: string;
  /** What its destination has accepted, and until when that is counted (ms since the epoch), of one that knows. */
  accepted: { pictures: number; sounds: number; bytes: number; until: number };
  /** Seconds between two pictures while somebody looks. */
  showSeconds?: number;
  /** Job of the next one. */
  showJob?: string;
  /** Job of the next heartbeat. */
  job?: string;
}

export const agentOf = (home: Resource): AgentState | undefined =>
  isObject(home.hidden.agent) ? (home.hidden.agent as AgentState) : undefined;
