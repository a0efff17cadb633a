/** Stream keys on their only way: from the request into the mixers' vault. */
import { inTurns } from '../activities/in-turns.ts';
import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import { ports } from '../ports/index.ts';

/** Keys outlive the longest life of an event by a day; teardown removes them long before. */
const LIFETIME = 8 * 86_400_000;

const vaultOf = (settings: Settings) => new Vault(clients(settings.subscriptionId).secrets(settings.mixerVaultUrl));

/** @param keys by language */
export async function storeKeys(
  settings: Settings,
  event: string,
  deploymentId: string,
  keys: Record<string, string>,
): Promise<void> {
  const vault = vaultOf(settings);
  const options = {
    expiresOn: new Date(ports().now() + LIFETIME),
    tags: { deployment: deploymentId, event, 'managed-by': 'stream-control' },
  };
  await inTurns(Object.entries(keys), ([language, key]) =>
    vault.set(secretName.stream(deploymentId, language), key, options),
  );
}

/** Removes the keys of a deployment that never came to be. */
export async function dropKeys(settings: Settings, deploymentId: string, languages: readonly string[]): Promise<void> {
  const vault = vaultOf(settings);
  await inTurns(languages, (language) => vault.delete(secretName.stream(deploymentId, language)));
}
