/** Vaults in soft delete: their names are taken until their time is over, or until they are purged. */
import { refuse } from '../core/constraint.ts';
import { locationName } from '../core/envelope.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource, Route, Sim } from '../core/provider.ts';
import { VAULTS } from './constraints.ts';

const DAY_MS = 86_400_000;

interface Deleted {
  id: string;
  name: string;
  location: string;
  tags: JsonObject;
  /** ms since the epoch */
  at: number;
  purgeAt: number;
  purgeProtection: boolean;
}

const store = (sim: Sim<'store'>) => sim.store.collection<Deleted>('vaults.deleted');

function find(sim: Sim<'time' | 'store'>, name: string): Deleted | undefined {
  const deleted = store(sim).get(name.toLowerCase());
  return deleted && sim.time.now() < deleted.purgeAt ? deleted : undefined;
}

/** A vault that left goes into soft delete. */
export function retire(sim: Sim<'time' | 'store'>, vault: Resource): void {
  const days = Number(vault.properties.softDeleteRetentionInDays ?? 90);
  store(sim).set(vault.name.toLowerCase(), {
    id: vault.id,
    name: vault.name,
    location: vault.location ?? '',
    tags: { ...vault.tags },
    at: sim.time.now(),
    purgeAt: sim.time.now() + days * DAY_MS,
    purgeProtection: vault.properties.enablePurgeProtection === true,
  });
}

/** A vault of that name begins: with `createMode: recover` the deleted one comes back. @throws ArmError 409 when the name is still held */
export function reuse(sim: Sim<'time' | 'store'>, vault: Resource): void {
  const held = find(sim, vault.name);
  if (!held) return;
  if (vault.properties.createMode !== 'recover') throw refuse(VAULTS.vaultDeleted);
  store(sim).delete(vault.name.toLowerCase());
}

const shown = (sim: Sim<'account' | 'time'>, one: Deleted): JsonObject => ({
  id: `/subscriptions/${sim.account.subscriptionId}/providers/Microsoft.KeyVault/locations/${one.location}/deletedVaults/${one.name}`,
  name: one.name,
  type: 'Microsoft.KeyVault/deletedVaults',
  properties: {
    vaultId: one.id,
    location: one.location,
    tags: one.tags,
    deletionDate: sim.time.iso(one.at),
    scheduledPurgeDate: sim.time.iso(one.purgeAt),
    ...(one.purgeProtection ? { purgeProtectionEnabled: true } : {}),
  },
});

const VERSIONS = ['2019-09-01', '2021-10-01', '2022-07-01', '2023-02-01', '2023-07-01', '2024-11-01', '2025-05-01'];
const AT = '/subscriptions/{subscription}/providers/Microsoft.KeyVault';

function known(sim: Sim<'time' | 'store'>, params: Record<string, string>): Deleted {
  const found = find(sim, params.name ?? '');
  if (!found || locationName(found.location) !== locationName(params.location ?? ''))
    throw refuse(VAULTS.deletedVaultUnknown, { name: params.name ?? '' });
  return found;
}

export const deletedVaults: readonly Route<'account' | 'time' | 'store'>[] = [
  {
    method: 'GET',
    path: `${AT}/deletedVaults`,
    apiVersions: VERSIONS,
    action: 'Microsoft.KeyVault/deletedVaults/read',
    handle({ sim }) {
      const value = [...store(sim).entries()].flatMap(([name]) => {
        const one = find(sim, name);
        return one ? [shown(sim, one)] : [];
      });
      return { status: 200, body: { value } };
    },
  },
  {
    method: 'GET',
    path: `${AT}/locations/{location}/deletedVaults/{name}`,
    apiVersions: VERSIONS,
    action: 'Microsoft.KeyVault/locations/deletedVaults/read',
    handle: ({ sim, params }) => ({ status: 200, body: shown(sim, known(sim, params)) }),
  },
  {
    method: 'POST',
    path: `${AT}/locations/{location}/deletedVaults/{name}/purge`,
    apiVersions: VERSIONS,
    action: 'Microsoft.KeyVault/locations/deletedVaults/purge/action',
    handle({ sim, params }) {
      const found = known(sim, params);
      if (found.purgeProtection) throw refuse(VAULTS.vaultPurgeForbidden);
      store(sim).delete(found.name.toLowerCase());
      return { status: 200 };
    },
  },
];

/** Why a name cannot be had, for `checkNameAvailability`. */
export const whyHeld = (sim: Sim<'time' | 'store'>, name: string): string | undefined =>
  find(sim, name) &&
  `The vault name '${name}' is held by a vault in soft delete: recover or purge it, or choose another name.`;
