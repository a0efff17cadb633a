/** The relay that a component is, and what proofs for it are made of (contract/relay-control.ts). */
import type { AzureClients } from '../azure/clients.ts';
import type { Proven } from '../azure/control.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { CONTROL_VARIABLE } from '../contract/relay-control.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import type { SecretPlace } from '../domain/seam/node-spec.ts';

export interface Relay extends Proven {
  component: string;
  /** Of its health page. */
  path: string;
}

/** A secret of an event's; undefined while it is not made. */
export const readAt = (
  azure: AzureClients,
  settings: Pick<Settings, 'keyVaultUrl' | 'mixerVaultUrl'>,
  { vault, secret }: SecretPlace,
): Promise<string | undefined> =>
  new Vault(azure.secrets(vault === 'control' ? settings.keyVaultUrl : settings.mixerVaultUrl)).read(secret);

/** The relay that a component is; undefined for another program, or while its passphrase is not made. @param host as Azure gave it */
export async function relayOf(
  azure: AzureClients,
  settings: Settings,
  part: Part,
  host: string | undefined,
): Promise<Relay | undefined> {
  const kind = kindOf(part.rule);
  const health = kind.health(part);
  const given = kind.given?.(part, CONTROL_VARIABLE);
  if (!health || !given || !host) return undefined;
  const passphrase = await readAt(azure, settings, given);
  return passphrase === undefined ? undefined : { component: part.id, ...health, host, passphrase };
}
