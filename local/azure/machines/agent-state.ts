/** What the agent on a mixer knows between two heartbeats. No secret: those are read when they are needed. */
import type { JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';

export interface AgentState extends JsonObject {
  /** Boot of the VM that this agent belongs to. */
  boots: number;
  /** ms since the epoch: start of the mixing program. */
  startedAt: number;
  /** What the control plane wants. */
  wanted: boolean;
  scene: string;
  /** Seconds of wall clock. */
  intervalSeconds: number;
  streaming: boolean;
  reconnects: number;
  droppedFrames: number;
  /** Whether the vault gave a stream key when it was read last. */
  hasKey: boolean;
  restartId?: string;
  rereadId?: string;
  /** Since when the programme source is silent; ms since the epoch. */
  lostAt?: number;
  /** When the control plane answered last; ms since the epoch. */
  heardAt?: number;
  /** Job of the next heartbeat. */
  job?: string;
}

export const agentOf = (vm: Resource): AgentState | undefined =>
  isObject(vm.hidden.agent) ? (vm.hidden.agent as AgentState) : undefined;
