import type { LeftResource } from '../ownership.ts';
import type { Failure } from './failure.ts';
import type { Installation } from './installation.ts';
import type { SecretPlace } from './node-spec.ts';

/** Input of the orchestration that deletes a resource group and proves it gone; instance id `<deploymentId>-delete-<n>`. */
export interface RemoveInput {
  deploymentId: string;
  event: string;
  parent: string;
  n: number;
  resourceGroup: string;
  /** Components with an agent there ever were: what is remembered of those goes too. */
  agents: string[];
  /** Every secret there can have been; more may be found by listing. */
  vaultSecrets: SecretPlace[];
  /** False when only the group goes and the deployment begins again in another region. */
  secrets: boolean;
  installation: Installation;
  pollSeconds: number;
}

export interface RemovedResource {
  id: string;
  type: string;
  name: string;
  /** ISO 8601; when known. */
  createdAt?: string;
  removedAt?: string;
  /** ISO 8601: the last listing that had it. */
  seenAt?: string;
  /** `provisioningState` at the first listing. */
  state?: string;
}

/**
 * `list`: what is in the group now. `delete`: send the deletion (forced for VMs); of a group that holds what is not ours, one by
 * one. `poll`: one look at it.
 * `secrets`: delete the deployment's secrets in both vaults. `purge`: let neither vault keep them deleted, where we may.
 * `verify`: group, tagged resources and secrets, by listing.
 */
export interface RemoveStepInput extends RemoveInput {
  action: 'list' | 'delete' | 'poll' | 'secrets' | 'purge' | 'verify';
  token?: string;
}

/** One step of a removal: the phase machine lives in the orchestration, each step is one idempotent activity. */
export type RemoveStep =
  /** `left`: what is in the group and not ours. */
  | { step: 'listed'; resources: RemovedResource[]; exists: boolean; left?: LeftResource[] }
  | { step: 'deleting'; token: string; afterSeconds?: number }
  /** Nothing of the deployment is left of what the action was about; `left` is not its own, and stays. */
  | { step: 'gone'; left?: LeftResource[] }
  | { step: 'remains'; resources: RemovedResource[]; secrets: string[] }
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure };

export interface RemovedMessage {
  type: 'removed';
  deploymentId: string;
  n: number;
  outcome: 'gone' | 'remains' | 'failed';
  /** Everything that was seen in the group, with what is known of its time. */
  existed: RemovedResource[];
  /** Ids or secret names still there. */
  remains: string[];
  /** What is not the deployment's, and keeps its group where it is. */
  left?: LeftResource[];
  failure?: Failure;
  /** ISO 8601 of the last verification. */
  verifiedAt: string;
}
