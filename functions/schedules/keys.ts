/** Stream keys of a schedule wait in the control plane's own vault until an occurrence needs them. */

import { clients } from '../../azure/clients.ts';
import type { Settings } from '../../azure/settings.ts';
import { Vault } from '../../azure/vault.ts';
import { isScheduleSecret } from '../../domain/ownership.ts';
import { inTurns } from '../../durable/in-turns.ts';
import { ports } from '../../ports/index.ts';

/** A schedule that nobody has touched for a year asks for its keys again. */
const LIFETIME = 365 * 86_400_000;

const vaultOf = async (settings: Settings) =>
  new Vault((await clients(settings.subscriptionId)).secrets(settings.keyVaultUrl));
const secretOf = (schedule: string, language: string) => `schedule-${schedule}-stream-${language}`;

export async function storeScheduleKeys(
  settings: Settings,
  schedule: string,
  keys: Record<string, string>,
): Promise<void> {
  const options = { expiresOn: new Date(ports().now() + LIFETIME), tags: { schedule, 'managed-by': 'stream-control' } };
  const vault = await vaultOf(settings);
  await inTurns(Object.entries(keys), ([language, key]) => vault.set(secretOf(schedule, language), key, options));
}

/** @returns keys by language; a missing one is left out, and the deployment then refuses with its name */
export async function readScheduleKeys(
  settings: Settings,
  schedule: string,
  languages: readonly string[],
): Promise<Record<string, string>> {
  const vault = await vaultOf(settings);
  const keys: Record<string, string> = {};
  await inTurns(languages, async (language) => {
    const key = await vault.read(secretOf(schedule, language));
    if (key !== undefined) keys[language] = key;
  });
  return keys;
}

export async function dropScheduleKeys(
  settings: Settings,
  schedule: string,
  languages: readonly string[],
): Promise<void> {
  const vault = await vaultOf(settings);
  await inTurns(languages, async (language) => {
    const name = secretOf(schedule, language);
    const tags = await vault.tagsOf(name);
    if (tags && isScheduleSecret(tags, schedule)) await vault.delete(name);
  });
}
