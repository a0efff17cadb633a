import { ArmError } from '../core/errors.ts';

/** Texts as the service writes them (Azure SDK recordings of @azure/keyvault-secrets). */
export const secretNotFound = (name: string): ArmError =>
  new ArmError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );

export const deletedNotFound = (name: string): ArmError =>
  new ArmError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);

export const nameHeld = (name: string, being: boolean): ArmError =>
  new ArmError(
    409,
    'Conflict',
    being
      ? `Secret ${name} is currently being deleted.`
      : `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    { innererror: { code: being ? 'ObjectIsBeingDeleted' : 'ObjectIsDeletedButRecoverable' } },
  );

export const disabled = (name: string): ArmError =>
  new ArmError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', {
    innererror: { code: 'SecretDisabled' },
    target: name,
  });

export const purgeForbidden = (name: string): ArmError =>
  new ArmError(
    403,
    'Forbidden',
    `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed. Secret: ${name}`,
  );

export const badParameter = (message: string): ArmError => new ArmError(400, 'BadParameter', message);
