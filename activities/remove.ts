/** The steps of taking a deployment away and proving that it is gone. Each is idempotent; the order is the orchestration's. */
import type { DurableClient } from 'durable-functions';
import { type AzureClients, clients } from '../azure/clients.ts';
import { classify, orAbsent } from '../azure/errors.ts';
import { beginModular, poll as pollOperation } from '../azure/operations.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import type { RemovedResource, RemoveStep, RemoveStepInput } from '../domain/workflow.ts';
import { inTurns } from './in-turns.ts';
import { mixerEntity } from './mixer-entity.ts';

interface Token {
  operation?: string;
  /** Times the deletion was sent. */
  sent: number;
}

/** Deletions sent again when Azure gave up for a passing reason (something still in use), before people are asked. */
const RESENDS = 5;

/** VMs are deleted by force: nobody waits for Windows to shut down. */
const FORCED = 'Microsoft.Compute/virtualMachines,Microsoft.Compute/virtualMachineScaleSets';

const groupOf = (azure: AzureClients, input: RemoveStepInput) =>
  orAbsent(azure.resources.resourceGroups.get(input.resourceGroup));

const groupId = (input: RemoveStepInput): string =>
  `/subscriptions/${input.installation.subscriptionId}/resourceGroups/${input.resourceGroup}`;

async function list(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  if (!(await groupOf(azure, input))) return { step: 'listed', exists: false, resources: [] };
  const resources: RemovedResource[] = [];
  for await (const found of azure.resources.resources.listByResourceGroup(input.resourceGroup, {
    expand: 'createdTime,changedTime,provisioningState',
  })) {
    const { id = '', type = '', name = '', createdTime, provisioningState: state } = found;
    resources.push({
      id,
      type,
      name,
      ...(createdTime ? { createdAt: createdTime.toISOString() } : {}),
      ...(state ? { state } : {}),
    });
  }
  return { step: 'listed', exists: true, resources };
}

const deleting = (token: Token, afterSeconds?: number): RemoveStep => ({
  step: 'deleting',
  token: JSON.stringify(token),
  ...(afterSeconds === undefined ? {} : { afterSeconds }),
});

/** Sends the deletion, unless the group is gone, going, or not ours. */
async function send(azure: AzureClients, input: RemoveStepInput, sent: number): Promise<RemoveStep> {
  const group = await groupOf(azure, input);
  if (!group) return { step: 'gone' };
  if (group.tags?.deployment !== input.deploymentId)
    return {
      step: 'failed',
      failure: {
        class: 'foreign',
        code: 'ForeignResourceGroup',
        message: `Cannot delete ${input.resourceGroup} as its tags name another deployment (${group.tags?.deployment ?? 'none'})`,
        resource: groupId(input),
        advice: 'restore the tag `deployment`, or remove the group by hand if it is yours',
      },
    };
  if (group.properties?.provisioningState?.toLowerCase() === 'deleting') return deleting({ sent });
  const begun = await beginModular('resources', groupId(input), () =>
    azure.resources.resourceGroups.delete(input.resourceGroup, { forceDeletionTypes: FORCED }),
  );
  return begun.done ? { step: 'gone' } : deleting({ operation: begun.token, sent: sent + 1 }, begun.afterSeconds);
}

async function poll(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  const token = JSON.parse(input.token ?? '{"sent":0}') as Token;
  if (token.operation === undefined) return await send(azure, input, token.sent);
  const seen = await pollOperation(azure, token.operation, groupId(input));
  if (seen.state === 'running') return deleting({ ...token, operation: seen.token }, seen.afterSeconds);
  if (seen.state === 'succeeded') return { step: 'gone' };
  const { failure, retryAfterSeconds } = seen.classified;
  if (seen.state === 'unseen' && retryAfterSeconds !== undefined)
    return { step: 'again', afterSeconds: retryAfterSeconds, failure };
  // The operation ended or its URL is no longer served: the group itself tells.
  if (!(await groupOf(azure, input))) return { step: 'gone' };
  const passes = retryAfterSeconds !== undefined || failure.class === 'conflict' || seen.state === 'unseen';
  return passes && token.sent < RESENDS
    ? deleting({ sent: token.sent }, retryAfterSeconds ?? 15)
    : { step: 'failed', failure };
}

const vaultsOf = (azure: AzureClients, { installation }: RemoveStepInput): [control: Vault, mixers: Vault] => [
  new Vault(azure.secrets(installation.keyVaultUrl)),
  new Vault(azure.secrets(installation.mixerVaultUrl)),
];

/** Names of the deployment's secrets that a vault still lists. */
async function listed(vault: Vault, deploymentId: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, tags } of vault.list())
    if (name.startsWith(`${deploymentId}-`) && (tags.deployment ?? deploymentId) === deploymentId) names.push(name);
  return names;
}

/** Deletes by listing and by name: a listing may lag, and languages may have come and gone. */
async function secrets(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  const { deploymentId, languages } = input;
  const [control, mixers] = vaultsOf(azure, input);
  const known: [Vault, string[]][] = [
    [
      control,
      [
        secretName.programme(deploymentId),
        secretName.slides(deploymentId),
        ...languages.map((language) => secretName.windows(deploymentId, language)),
      ],
    ],
    [
      mixers,
      [
        secretName.egress(deploymentId),
        secretName.agent(deploymentId),
        ...languages.map((language) => secretName.stream(deploymentId, language)),
      ],
    ],
  ];
  for (const [vault, names] of known) {
    const all = new Set([...names, ...(await listed(vault, deploymentId))]);
    await inTurns([...all], (name) => vault.delete(name));
  }
  return { step: 'gone' };
}

/** Group, tagged resources anywhere in the subscription, and secrets: nothing may be left. */
async function verify(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  const resources: RemovedResource[] = [];
  if (await groupOf(azure, input))
    resources.push({ id: groupId(input), type: 'Microsoft.Resources/resourceGroups', name: input.resourceGroup });
  // The deployment goes on in another region, with its secrets and soon with resources of the same tag.
  if (!input.secrets) return resources.length === 0 ? { step: 'gone' } : { step: 'remains', resources, secrets: [] };
  const inGroup = `${groupId(input)}/`.toLowerCase();
  // The index of tags lags by minutes; what was in a group that is gone is gone.
  for await (const { id = '', type = '', name = '' } of azure.resources.resources.list({
    filter: `tagName eq 'deployment' and tagValue eq '${input.deploymentId}'`,
  }))
    if (resources.length > 0 || !id.toLowerCase().startsWith(inGroup)) resources.push({ id, type, name });
  const [control, mixers] = vaultsOf(azure, input);
  const left = [...(await listed(control, input.deploymentId)), ...(await listed(mixers, input.deploymentId))];
  return resources.length + left.length === 0 ? { step: 'gone' } : { step: 'remains', resources, secrets: left };
}

const steps = {
  list,
  delete: (azure: AzureClients, input: RemoveStepInput) => send(azure, input, 0),
  poll,
  secrets,
  verify,
} satisfies Record<RemoveStepInput['action'], (azure: AzureClients, input: RemoveStepInput) => Promise<RemoveStep>>;

/** One step of a removal. Never throws for what Azure says. */
export async function removeStep(input: RemoveStepInput, durable: DurableClient): Promise<RemoveStep> {
  try {
    if (input.action === 'secrets')
      await inTurns(input.languages, (language) =>
        durable.signalEntity(mixerEntity(input.deploymentId, language), 'forget'),
      );
    return await steps[input.action](clients(input.installation.subscriptionId), input);
  } catch (error) {
    const { failure, retryAfterSeconds } = classify(error, groupId(input));
    return retryAfterSeconds === undefined
      ? { step: 'failed', failure }
      : { step: 'again', afterSeconds: retryAfterSeconds, failure };
  }
}
