/** The secrets of a deployment in both vaults: which they are, and their end. */
import type { AzureClients } from '../azure/clients.ts';
import { Table } from '../azure/table.ts';
import { Vault } from '../azure/vault.ts';
import { isOurSecret, isTaggedOurs, odata } from '../domain/ownership.ts';
import type { RemoveInput } from '../domain/seam/removal.ts';
import { inTurns } from '../durable/in-turns.ts';

const vaultsOf = (azure: AzureClients, { installation }: RemoveInput): [control: Vault, mixers: Vault] => [
  new Vault(azure.secrets(installation.keyVaultUrl)),
  new Vault(azure.secrets(installation.mixerVaultUrl)),
];

/** Names of the deployment's secrets that a vault still lists. */
async function listed(vault: Vault, deploymentId: string): Promise<{ ours: string[]; foreign: string[] }> {
  const found: { ours: string[]; foreign: string[] } = { ours: [], foreign: [] };
  for await (const { name, tags } of vault.list())
    if (name.startsWith(`${deploymentId}-`))
      found[isOurSecret(name, tags, deploymentId) ? 'ours' : 'foreign'].push(name);
  return found;
}

/** Deletes by listing and by name: a listing may lag, and languages may have come and gone. */
export async function removeSecrets(azure: AzureClients, input: RemoveInput): Promise<void> {
  if (await othersClaim(azure, input)) return;
  const { deploymentId, vaultSecrets } = input;
  const [control, mixers] = vaultsOf(azure, input);
  const namesIn = (vault: 'control' | 'mixers') =>
    vaultSecrets.flatMap((place) => (place.vault === vault ? [place.secret] : []));
  const known: [Vault, string[]][] = [
    [control, namesIn('control')],
    [mixers, namesIn('mixers')],
  ];
  for (const [vault, names] of known) {
    const { ours, foreign: others } = await listed(vault, deploymentId);
    const unlisted = names.filter((name) => !ours.includes(name) && !others.includes(name));
    await inTurns(ours, (name) => vault.delete(name));
    await inTurns(unlisted, (name) => vault.deleteOurs(name, deploymentId));
  }
}

/** The table of a stream server's users; undefined where the installation has none. */
function usersOf(azure: AzureClients, { installation }: RemoveInput): Table | undefined {
  const { usersTable } = installation;
  if (usersTable === undefined) return undefined;
  const at = usersTable.lastIndexOf('/');
  return new Table(azure, usersTable.slice(0, at), usersTable.slice(at + 1));
}

/** Rows of the deployment's users: hashes, which nobody needs when it is gone. */
export async function removeUsers(azure: AzureClients, input: RemoveInput): Promise<void> {
  const table = usersOf(azure, input);
  if (!table || (await othersClaim(azure, input))) return;
  await inTurns(await table.inPartition(input.deploymentId), (row) => table.delete(row));
}

/** Whether another group carries the same deployment: what the reaper clears away may be a copy of a running event's tags. */
export async function othersClaim(azure: AzureClients, input: RemoveInput): Promise<boolean> {
  if (input.parent !== '') return false;
  const filter = `tagName eq 'deployment' and tagValue eq '${odata(input.deploymentId)}'`;
  for await (const { name = '', tags } of azure.resources.resourceGroups.list({ filter }))
    if (name.toLowerCase() !== input.resourceGroup.toLowerCase() && isTaggedOurs(tags, input.deploymentId)) return true;
  return false;
}

/** Names of the deployment's secrets, and of its users, that are still there. */
export async function leftSecrets(azure: AzureClients, input: RemoveInput): Promise<string[]> {
  const left: string[] = [];
  for (const vault of vaultsOf(azure, input)) left.push(...(await listed(vault, input.deploymentId)).ours);
  const users = (await usersOf(azure, input)?.inPartition(input.deploymentId)) ?? [];
  return [...left, ...users.map(({ RowKey }) => `user ${RowKey}`)];
}

/**
 * Purges what is deleted of the deployment: a vault keeps it, and its name, for weeks otherwise. What may not be purged goes by
 * itself.
 * @returns names whose deletion is still under way
 */
export async function purgeSecrets(azure: AzureClients, input: RemoveInput): Promise<string[]> {
  const pending: string[] = [];
  for (const vault of vaultsOf(azure, input)) {
    const ours = (await vault.deleted()).filter(({ name, tags }) => isOurSecret(name, tags, input.deploymentId));
    let refused = false;
    await inTurns(ours, async ({ name }) => {
      const came = refused ? 'refused' : await vault.purge(name);
      refused ||= came === 'refused';
      if (came === 'later') pending.push(name);
    });
  }
  return pending;
}
