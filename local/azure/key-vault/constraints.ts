/** What Key Vault refuses, each with its source. */
import type { Constraint } from '../core/constraint.ts';

const table = <K extends string>(rows: Record<K, Constraint>): Record<K, Constraint> => rows;

export const VAULTS = table({
  unauthorized: {
    status: 401,
    code: 'Unauthorized',
    text: 'AKV10000: Request is missing a Bearer or PoP token.',
    when: 'a request without token, before anything else is looked at',
    source: '@azure/keyvault-common (the challenge header)',
    verified: 'no',
  },
  secretNotFound: {
    status: 404,
    code: 'SecretNotFound',
    text: 'A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182',
    when: 'reading a secret or version that is not there, or deleted',
    source: 'recordings of the Azure SDKs',
    verified: 'all',
  },
  deletedNotFound: {
    status: 404,
    code: 'SecretNotFound',
    text: 'Deleted Secret not found: {name}',
    when: 'a deleted secret while its deletion is still under way, or never deleted',
    source: 'unknown',
    verified: 'no',
  },
  nameDeleted: {
    status: 409,
    code: 'Conflict',
    text: 'Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.',
    when: 'setting a secret whose name is soft-deleted (innererror ObjectIsDeletedButRecoverable)',
    source: 'public issue threads, Azure SDK for .NET samples',
    verified: 'all',
  },
  nameBeingDeleted: {
    status: 409,
    code: 'Conflict',
    text: 'Secret {name} is currently being deleted.',
    when: 'the same while the deletion is still under way (innererror ObjectIsBeingDeleted)',
    source: 'unknown',
    verified: 'no',
  },
  disabled: {
    status: 403,
    code: 'Forbidden',
    text: 'Operation get is not allowed on a disabled secret.',
    when: 'reading a disabled secret (innererror SecretDisabled)',
    source: 'recordings of the Azure SDKs',
    verified: 'all',
  },
  purgeForbidden: {
    status: 403,
    code: 'Forbidden',
    text: 'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed. Secret: {name}',
    when: 'purging in a vault with purge protection',
    source: 'unknown',
    verified: 'no',
  },
  badParameter: {
    status: 400,
    code: 'BadParameter',
    text: '{why}',
    when: 'names, values, api-versions and pages outside their rules',
    source: 'recordings of the Azure SDKs',
    verified: 'code',
  },
  vaultUnknown: {
    status: 404,
    code: 'VaultNotFound',
    text: "The vault '{name}' has no address: its name does not resolve.",
    when: 'the host of a vault that does not exist (on Azure its name does not resolve)',
    source: 'none: stands for a DNS failure',
    verified: 'no',
  },
  vaultTaken: {
    status: 409,
    code: 'VaultAlreadyExists',
    text: "The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.",
    when: 'a vault whose name another group has',
    source: 'public clients that test for the code',
    verified: 'code',
  },
});
