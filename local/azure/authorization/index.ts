import type { Provider } from '../core/provider.ts';
import { definitionList, roleAssignments, roleDefinitions } from './assignments.ts';
import { lockGuard, locks } from './locks.ts';
import { permissions } from './permissions.ts';
import { policyAssignments, policyDefinitions, policyGuard } from './policy.ts';
import { rbacGuard } from './rbac.ts';

/** Microsoft.Authorization: locks, roles, policies. The guards run in ARM's order: who may, what is allowed, what is locked. */
export const authorization: Provider<'account' | 'time' | 'resources' | 'types' | 'settings' | 'activity'> = {
  namespace: 'Microsoft.Authorization',
  types: [locks, roleAssignments, roleDefinitions, permissions, policyDefinitions, policyAssignments],
  routes: [definitionList],
  guards: [rbacGuard, policyGuard, lockGuard],
};
