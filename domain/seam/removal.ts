import { z } from 'zod';
import { instanceId } from '../names.ts';
import type { LeftResource } from '../ownership.ts';
import { type Failure, failureSchema } from './failure.ts';
import { agree, component, deployment, group, seconds, secretPlace } from './fields.ts';

/** Input of the orchestration that deletes a resource group and proves it gone; instance id `<deploymentId>-delete-<n>`. */
export const removeInput = deployment
  .extend({
    /** Empty where the reaper started it. */
    parent: z.string(),
    n: z.int().nonnegative(),
    /** The one of the same group that died without a word: what it had seen is heard first. */
    after: z.int().nonnegative().exactOptional(),
    resourceGroup: group,
    /** Names of machines that nobody knows to be running: Azure is asked since when they are off, before they are deleted. */
    doubted: z.array(z.string()).max(10_000).exactOptional(),
    /** Components with an agent there ever were: what is remembered of those goes too. */
    agents: z.array(component).max(10_000),
    /** Every secret there can have been; more may be found by listing. */
    vaultSecrets: z.array(secretPlace).max(20_000),
    /** False when only the group goes and the deployment begins again in another region. */
    secrets: z.boolean(),
    pollSeconds: seconds,
  })
  .superRefine((input, context) => {
    agree(input, context);
    if (input.parent !== '' && input.parent !== instanceId.lifecycle(input.event))
      context.addIssue({ code: 'custom', path: ['parent'], message: 'is no lifecycle of this event' });
  });
export type RemoveInput = z.infer<typeof removeInput>;

export const removeStepInput = z.intersection(
  removeInput,
  z.object({
    /**
     * `hear`: what the removal of number `after` had seen. `list`: what is in the group now. `delete`: send the deletion (forced for VMs); of a group that holds what is not ours, one by
     * one. `poll`: one look at it.
     * `secrets`: delete the deployment's secrets in both vaults. `purge`: let neither vault keep them deleted, where we may.
     * `verify`: group, tagged resources and secrets, by listing.
     */
    action: z.enum(['hear', 'list', 'delete', 'poll', 'secrets', 'purge', 'verify']),
    token: z.string().exactOptional(),
  }),
);
export type RemoveStepInput = z.infer<typeof removeStepInput>;

const removedResource = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  /** ISO 8601; when known. */
  createdAt: z.string().exactOptional(),
  removedAt: z.string().exactOptional(),
  /** ISO 8601: the last listing that had it. */
  seenAt: z.string().exactOptional(),
  /** `provisioningState` at the first listing. */
  state: z.string().exactOptional(),
  /** ISO 8601: since when it was off, of a machine that was before it was deleted. */
  offAt: z.string().exactOptional(),
});
export type RemovedResource = z.infer<typeof removedResource>;

/** One step of a removal: the phase machine lives in the orchestration, each step is one idempotent activity. */
export type RemoveStep =
  | { step: 'heard'; resources: RemovedResource[] }
  /** `left`: what is in the group and not ours. */
  | { step: 'listed'; resources: RemovedResource[]; exists: boolean; left?: LeftResource[] }
  /** `sentAt`, ISO 8601: when this step sent a deletion that Azure took. */
  | { step: 'deleting'; token: string; afterSeconds?: number; sentAt?: string }
  /** Nothing of the deployment is left of what the action was about; `left` is not its own, and stays. */
  | { step: 'gone'; left?: LeftResource[] }
  | { step: 'remains'; resources: RemovedResource[]; secrets: string[] }
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure };

/** What a removal came to. */
export const removedSchema = z.object({
  type: z.literal('removed'),
  n: z.int().nonnegative(),
  outcome: z.enum(['gone', 'remains', 'failed']),
  /** Everything that was seen in the group, with what is known of its time. */
  existed: z.array(removedResource),
  /** ISO 8601: when the deletion was first asked for, by a request that Azure took where that is known. */
  deletedAt: z.string().exactOptional(),
  /** ISO 8601: the first listing that came. */
  listedAt: z.string().exactOptional(),
  /** Ids or secret names still there. */
  remains: z.array(z.string()),
  /** What is not the deployment's, and keeps its group where it is. */
  left: z.array(z.object({ id: z.string(), type: z.string(), name: z.string(), why: z.string() })).exactOptional(),
  failure: failureSchema.exactOptional(),
  /** ISO 8601 of the last verification. */
  verifiedAt: z.string(),
});
export type RemovedMessage = { deploymentId: string } & z.infer<typeof removedSchema>;
