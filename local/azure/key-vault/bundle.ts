import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/provider.ts';
import { latest, type Secret, type SecretVersion } from './secret-store.ts';
import { purgeProtected, retentionDays } from './vaults.ts';

const base = (vault: Resource): string => `https://${vault.name.toLowerCase()}.vault.azure.net`;

const attributes = (vault: Resource, version: SecretVersion): JsonObject => ({
  enabled: version.enabled,
  ...(version.nbf === undefined ? {} : { nbf: version.nbf }),
  ...(version.exp === undefined ? {} : { exp: version.exp }),
  created: version.created,
  updated: version.updated,
  recoveryLevel: purgeProtected(vault) ? 'Recoverable' : 'Recoverable+Purgeable',
  recoverableDays: retentionDays(vault),
});

/** One version without its value, as lists show it; `withVersion` puts the version into the id. */
export const secretItem = (
  vault: Resource,
  secret: Secret,
  version: SecretVersion,
  withVersion: boolean,
): JsonObject => ({
  id: `${base(vault)}/secrets/${secret.name}${withVersion ? `/${version.version}` : ''}`,
  attributes: attributes(vault, version),
  ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
  ...(version.tags === undefined ? {} : { tags: version.tags }),
});

export const secretBundle = (vault: Resource, secret: Secret, version: SecretVersion): JsonObject => ({
  value: version.value,
  ...secretItem(vault, secret, version, true),
});

export const deletedItem = (vault: Resource, secret: Secret, withVersion: boolean): JsonObject => ({
  ...secretItem(vault, secret, latest(secret), withVersion),
  recoveryId: `${base(vault)}/deletedsecrets/${secret.name}`,
  deletedDate: Math.floor((secret.deleted?.at ?? 0) / 1000),
  scheduledPurgeDate: Math.floor((secret.deleted?.purgeAt ?? 0) / 1000),
});
