import { refuse } from '../core/constraint.ts';
import type { ArmError } from '../core/errors.ts';
import { VAULTS } from './constraints.ts';

export const secretNotFound = (name: string): ArmError => refuse(VAULTS.secretNotFound, { name });

export const deletedNotFound = (name: string): ArmError => refuse(VAULTS.deletedNotFound, { name });

export const nameHeld = (name: string, being: boolean): ArmError =>
  being
    ? refuse(VAULTS.nameBeingDeleted, { name }, { innererror: { code: 'ObjectIsBeingDeleted' } })
    : refuse(VAULTS.nameDeleted, { name }, { innererror: { code: 'ObjectIsDeletedButRecoverable' } });

export const disabled = (): ArmError => refuse(VAULTS.disabled, {}, { innererror: { code: 'SecretDisabled' } });

export const purgeForbidden = (name: string): ArmError => refuse(VAULTS.purgeForbidden, { name });

export const badParameter = (why: string): ArmError => refuse(VAULTS.badParameter, { why });

export const forbidden = (app: string, object: string, action: string, scope: string): ArmError =>
  refuse(VAULTS.forbidden, { app, object, action, scope }, { innererror: { code: 'ForbiddenByRbac' } });
