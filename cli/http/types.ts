/** The control plane's answers, as far as the command line reads them (contract: HTTP table). Everything else passes through as JSON. */

import type { NodeState } from '../../contract/api/deployment.ts';
import type { OperationOutcome } from '../../contract/api/operation.ts';

export type { Accepted } from '../../contract/api/operation.ts';
export type { NodeState };
export type OperationStatus = OperationOutcome;

export interface NodeStatus {
  id: string;
  kind: string;
  state: NodeState;
  startedAt?: string | null;
  finishedAt?: string | null;
  detail?: string | null;
}

/** Why a deployment failed, in the words of Azure and with what to do. */
export interface DeploymentError {
  class?: string;
  code?: string;
  message?: string;
  resource?: string;
  advice?: string;
  node?: string;
  /** What became of what existed. */
  consequence?: string;
}

export interface DeploymentStatus {
  deploymentId: string;
  event: string;
  operation?: string;
  state: string;
  phase: string;
  progress: number;
  nodes: NodeStatus[];
  startedAt?: string | null;
  finishedAt?: string | null;
  error?: DeploymentError | string | null;
}

export interface MixerConnection {
  language: string;
  host?: string | null;
  rdp?: string | null;
  health?: unknown;
}

export interface EventStatus {
  event: string;
  title?: string | null;
  environment?: string;
  state: string;
  since?: string;
  /** Value of the tag that keeps it beyond its time. */
  held?: string | null;
  /** What is not the event's and was left in its groups. */
  left?: { name: string; type: string; why: string }[];
  health?: { state: string; since?: string; reasons?: unknown[] } | null;
  template?: string;
  region?: string;
  languages?: string[];
  resourceGroup?: string;
  deploymentId: string;
  createdAt?: string | null;
  readyAt?: string | null;
  expiresAt?: string | null;
  connection?: {
    mixers?: MixerConnection[];
    components?: { component: string; title: string; urls: Record<string, string> }[];
  } | null;
  cost?: { perHour?: number; soFar?: number; currency?: string } | null;
  lastOperation?: { operationId?: string; command?: string; outcome?: string; reason?: string } | string | null;
  alerts?: unknown[];
}

/** RFC 9457. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: { path: string; message: string }[];
  [member: string]: unknown;
}
