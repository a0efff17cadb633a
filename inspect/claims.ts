/** Who else may have a say over what is about to be deleted: the settings of this app, and a lifecycle that lives. */
import type { DurableClient } from 'durable-functions';
import { settings } from '../azure/settings.ts';
import { instanceId, resourceGroupName } from '../domain/names.ts';
import type { Failure } from '../domain/seam/failure.ts';
import type { Installation } from '../domain/seam/installation.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { RemoveInput } from '../domain/seam/removal.ts';
import { is } from '../domain/states.ts';
import type { EncodedStatus } from '../domain/status/encoded.ts';
import { instanceStatus, isEnded } from '../durable/instances.ts';

/** Why an input's installation is not this one; undefined when it is. Our token goes to no vault and subscription but our own. */
export function foreignInstallation(given: Installation): Failure | undefined {
  const own = settings();
  const differs = (['subscriptionId', 'keyVaultUrl', 'mixerVaultUrl'] as const).filter(
    (key) => given[key].toLowerCase() !== own[key].toLowerCase(),
  );
  if (differs.length === 0) return undefined;
  return {
    class: 'configuration',
    code: 'ForeignInstallation',
    message: `Cannot act for another installation: ${differs.join(', ')} are not those of this app`,
    advice:
      'set AZURE_SUBSCRIPTION_ID, KEY_VAULT_URL and MIXER_VAULT_URL back to what they were when the event was deployed',
  };
}

/** The groups of a deployment, one per region of its request; none for what is no lifecycle's input. */
export function groupsOf({ event, acceptedAt, request }: Partial<LifecycleInput>): string[] {
  const epoch = Math.floor(Date.parse(acceptedAt ?? '') / 1000);
  return (request?.regions ?? []).map((_region, index) => resourceGroupName(event ?? '', epoch + index));
}

/**
 * Why a removal must not act: the deployment's lifecycle lives, and does not want this group gone. Refuses on positive
 * evidence; one that has ended, or is another deployment's, says nothing.
 */
export async function livingClaim(input: RemoveInput, durable: DurableClient): Promise<Failure | undefined> {
  const status = await instanceStatus(durable, instanceId.lifecycle(input.event));
  const owner = status?.input as Partial<LifecycleInput> | null | undefined;
  if (!status || isEnded(status) || owner?.deploymentId !== input.deploymentId) return undefined;
  const shown = status.customStatus as Partial<EncodedStatus> | null;
  const epoch = Math.floor(Date.parse(owner.acceptedAt ?? '') / 1000);
  const present = resourceGroupName(input.event, epoch + (shown?.r ?? 0));
  // A region that the event has left is removed while it is live elsewhere.
  const wanted = is(shown?.s, 'leaving') || (!input.secrets && input.resourceGroup.toLowerCase() !== present);
  if (input.parent !== '' && wanted) return undefined;
  return {
    class: 'conflict',
    code: 'LifecycleLives',
    message: `Cannot remove ${input.resourceGroup} as the event lives: its lifecycle decides what goes`,
    resource: input.resourceGroup,
    advice: `stream-control teardown ${input.event} --confirm`,
  };
}
