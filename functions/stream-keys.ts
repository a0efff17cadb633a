/** Stream keys on their only way: from the request into the mixers' vault. */

import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { keysOperation, secretName } from '../domain/names.ts';
import { secretsExpire } from '../domain/request/secrets.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import { sharedKey } from '../domain/stream-key.ts';
import { keySecret } from '../domain/template/schema.ts';
import { inTurns } from '../durable/in-turns.ts';
import { ports } from '../ports/index.ts';
import { invalid, Problem } from './problem.ts';

const vaultOf = async (settings: Settings) =>
  new Vault((await clients(settings.subscriptionId)).secrets(settings.mixerVaultUrl));

type Keyed = Pick<LifecycleInput, 'deploymentId' | 'template'>;

/** Name of the template's secret that stream keys become. @throws Problem 409 where it takes none */
function streamOf({ template }: Keyed): string {
  const name = keySecret(template);
  if (name === undefined) throw new Problem(409, `Template ${template.name} takes no stream keys`);
  return name;
}

/** Where a language's key is read by what streams it. */
const placed =
  (input: Keyed) =>
  (language: string): string =>
    secretName.of(input.deploymentId, streamOf(input), language);

/** Where the keys of a command wait until the event has accepted it. */
export const stagedBy =
  (input: Keyed, operationId: string) =>
  (language: string): string =>
    secretName.staged(operationId, streamOf(input), language);

/** Where a deployment's keys wait until its lifecycle takes them. */
export const waiting = (input: Keyed & Pick<LifecycleInput, 'requestHash'>) =>
  stagedBy(input, keysOperation(input.deploymentId, input.requestHash));

/**
 * @param keys by language
 * @param nameOf where they go; by default where the languages' mixers read them
 */
export async function storeKeys(
  settings: Settings,
  input: Keyed & Pick<LifecycleInput, 'request'>,
  keys: Record<string, string>,
  nameOf = placed(input),
): Promise<void> {
  const { deploymentId, request } = input;
  const vault = await vaultOf(settings);
  const options = {
    expiresOn: secretsExpire(request, ports().now()),
    tags: { deployment: deploymentId, event: request.event, 'managed-by': 'stream-control' },
  };
  await inTurns(Object.entries(keys), ([language, key]) => vault.set(nameOf(language), key, options));
}

/**
 * Two languages with one key would throw each other off the air: new keys are compared with those that stay.
 * @param others languages whose keys are not replaced
 * @throws Problem 400 naming both languages, never a key
 */
export async function refuseShared(
  settings: Settings,
  input: LifecycleInput,
  keys: Record<string, string>,
  others: readonly string[],
): Promise<void> {
  const vault = await vaultOf(settings);
  const staying: [string, string][] = [];
  await inTurns(others, async (language) => {
    const key = (await vault.read(placed(input)(language))) ?? (await vault.read(waiting(input)(language)));
    if (key !== undefined) staying.push([language, key]);
  });
  const shared = sharedKey([...staying, ...Object.entries(keys)]);
  if (shared)
    throw invalid([
      { path: `youtubeKeys.${shared[1]}`, message: `is the key of ${shared[0]}: every language needs its own` },
    ]);
}

/** Keys that a command brings, under names of their own; all of them or none. */
export async function stageKeys(
  settings: Settings,
  input: Keyed & Pick<LifecycleInput, 'request'>,
  keys: Record<string, string>,
  nameOf: (language: string) => string,
): Promise<void> {
  try {
    await storeKeys(settings, input, keys, nameOf);
  } catch (error) {
    await dropKeys(settings, input.deploymentId, Object.keys(keys), nameOf).catch(() => {});
    throw error;
  }
}

/** Removes the keys of a deployment, or of a command, that never came to be. */
export async function dropKeys(
  settings: Settings,
  deploymentId: string,
  languages: readonly string[],
  nameOf: (language: string) => string,
): Promise<void> {
  const vault = await vaultOf(settings);
  await inTurns(languages, (language) => vault.deleteOurs(nameOf(language), deploymentId));
}
