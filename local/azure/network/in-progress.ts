import { refuse } from '../core/constraint.ts';
import { keyOf } from '../core/ids.ts';
import type { Guard, Operation, Sim } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { SUBNET } from './subnet-shape.ts';
import { writeLro } from './wire.ts';

/** What stands in the way of this write or delete: the resource's own deletion, or writes to the rest of its VNet. */
function blocking(
  sim: Sim<'resources' | 'operations'>,
  method: string,
  type: string,
  scope: string,
): Operation | undefined {
  const own = sim.operations.running(scope).find((one) => one.kind === 'delete');
  if (method !== 'DELETE') return own;
  if (keyOf(type) !== keyOf(SUBNET) || own) return undefined;
  const vnet = scope.split('/').slice(0, -2).join('/');
  const others = sim.resources.children(vnet, SUBNET).filter((one) => keyOf(one.id) !== keyOf(scope));
  return [...sim.operations.running(vnet), ...others.flatMap((one) => sim.operations.running(one.id))][0];
}

/** 409 AnotherOperationInProgress for a PUT on what is being deleted, and for deleting a subnet while its VNet is written. */
export const inProgressGuard: Guard<'resources' | 'operations'> = (sim, { method, type, scope, request }) => {
  if (method === 'GET' || method === 'HEAD' || !/^microsoft\.network\//i.test(type)) return;
  const operation = blocking(sim, method, type, scope);
  if (!operation) return;
  const query = new URLSearchParams({ 'api-version': operation.apiVersion });
  throw refuse(C.inProgress, { uri: `${request.url.origin}${writeLro.path(operation)}?${query}` });
};
