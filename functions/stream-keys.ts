/** Stream keys on their only way: from the request into the mixers' vault. */
import { inTurns } from '../activities/in-turns.ts';
import { deleteSecret } from '../activities/secrets-of.ts';
import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import type { DeployRequest } from '../domain/request/deploy.ts';
import { secretsExpire } from '../domain/request/secrets.ts';
import { ports } from '../ports/index.ts';

const vaultOf = (settings: Settings) => new Vault(clients(settings.subscriptionId).secrets(settings.mixerVaultUrl));

/**
 * @param keys by language
 * @param nameOf where they go; by default where the languages' mixers read them
 */
export async function storeKeys(
  settings: Settings,
  request: Pick<DeployRequest, 'event' | 'startsAt'>,
  deploymentId: string,
  keys: Record<string, string>,
  nameOf = (language: string): string => secretName.stream(deploymentId, language),
): Promise<void> {
  const vault = vaultOf(settings);
  const options = {
    expiresOn: secretsExpire(request, ports().now()),
    tags: { deployment: deploymentId, event: request.event, 'managed-by': 'stream-control' },
  };
  await inTurns(Object.entries(keys), ([language, key]) => vault.set(nameOf(language), key, options));
}

/** Removes the keys of a deployment that never came to be. */
export async function dropKeys(settings: Settings, deploymentId: string, languages: readonly string[]): Promise<void> {
  const vault = vaultOf(settings);
  await inTurns(languages, (language) => deleteSecret(vault, secretName.stream(deploymentId, language), deploymentId));
}
