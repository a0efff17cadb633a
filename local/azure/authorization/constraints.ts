/** What Microsoft.Authorization makes Azure refuse, each with its source. */
import type { Constraint } from '../core/constraint.ts';

const table = <K extends string>(rows: Record<K, Constraint>): Record<K, Constraint> => rows;

export const AUTHORIZATION = table({
  scopeLocked: {
    status: 409,
    code: 'ScopeLocked',
    text: "The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: '{locked}'. Please remove the lock and try again.",
    when: 'a delete under (or of what holds) a lock, a write under a ReadOnly lock',
    source: 'apiops#606',
    verified: 'all',
  },
  authorizationFailed: {
    status: 403,
    code: 'AuthorizationFailed',
    text: "The client '{app}' with object id '{object}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    when: 'RBAC is on and no role grants the action',
    source: 'public issue threads',
    verified: 'all',
  },
  linkedAuthorizationFailed: {
    status: 403,
    code: 'LinkedAuthorizationFailed',
    text: "The client '{app}' with object id '{object}' has permission to perform action '{action}' on scope '{scope}'; however, it does not have permission to perform action(s) '{needed}' on the linked scope(s) '{linked}' (respectively) or the linked scope(s) are invalid.",
    when: 'RBAC is on and the body refers to a subnet, NSG, public address, NIC, identity or image that the caller may not join, assign or read',
    source: 'public deployment logs (quoted error)',
    verified: 'all',
  },
  roleAssignmentExists: {
    status: 409,
    code: 'RoleAssignmentExists',
    text: 'The role assignment already exists.',
    when: 'the same role, principal and scope under another name',
    source: 'public issue threads',
    verified: 'all',
  },
  roleAssignmentUpdate: {
    status: 409,
    code: 'RoleAssignmentUpdateNotPermitted',
    text: 'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    when: 'a PUT that changes principal or role of an assignment',
    source: 'unknown',
    verified: 'no',
  },
  roleDefinitionUnknown: {
    status: 400,
    code: 'RoleDefinitionDoesNotExist',
    text: "The specified role definition with ID '{id}' does not exist.",
    when: 'an assignment of a role that does not exist',
    source: 'public clients that test for the code',
    verified: 'code',
  },
  principalNotFound: {
    status: 400,
    code: 'PrincipalNotFound',
    text: 'Principal {principal} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype',
    when: 'an assignment without principalType to an identity younger than 30 s or unknown',
    source: 'terraform-provider-azurerm role_assignment_resource.go',
    verified: 'code',
  },
  disallowedByPolicy: {
    status: 403,
    code: 'RequestDisallowedByPolicy',
    text: "Resource '{name}' was disallowed by policy. Policy identifiers: '{identifiers}'.",
    when: 'an assigned deny policy whose conditions the write meets',
    source: 'Microsoft Learn, RequestDisallowedByPolicy error',
    verified: 'all',
  },
});
