import { z } from 'zod';
import { refuse } from '../core/constraint.ts';
import { parse } from '../core/errors.ts';
import { keyOf } from '../core/ids.ts';
import type { Guard, Resource, ResourceType, Sim } from '../core/provider.ts';

import { AUTHORIZATION } from './constraints.ts';

const LOCK = 'Microsoft.Authorization/locks';

const properties = z.looseObject({
  level: z.enum(['CanNotDelete', 'ReadOnly', 'NotSpecified']),
  notes: z.string().max(512).optional(),
});

/** Locks on anything: CanNotDelete, ReadOnly. */
export const locks: ResourceType<never> = {
  type: 'locks',
  apiVersions: ['2015-01-01', '2015-05-01-preview', '2016-09-01', '2017-04-01', '2020-05-01'],
  scope: 'any',
  deleteOrder: 0,
  view: (lock) => ({
    id: lock.id,
    name: lock.name,
    type: LOCK,
    properties: { level: lock.properties.level, notes: lock.properties.notes },
  }),
  put({ resource }) {
    parse(properties, resource.properties);
    return {};
  },
  delete: () => ({ status: 200 }),
};

/** What a lock stands on. */
const scopeOf = (lock: Resource): string =>
  keyOf(lock.id.slice(0, keyOf(lock.id).lastIndexOf('/providers/microsoft.authorization/')));

function locked(sim: Sim<'resources'>, scope: string, write: boolean): string[] {
  const target = keyOf(scope);
  return sim.resources
    .ofType(LOCK)
    .filter((lock) => {
      const at = scopeOf(lock);
      const above = target === at || target.startsWith(`${at}/`);
      if (write) return above && lock.properties.level === 'ReadOnly';
      // What holds something locked cannot be deleted either.
      return above || at.startsWith(`${target}/`);
    })
    .map((lock) => lock.id.slice(0, scopeOf(lock).length));
}

/** 409 ScopeLocked for deletes under, or of what is above, a lock and for writes under a ReadOnly one. */
export const lockGuard: Guard<'resources'> = (sim, { method, scope, type }) => {
  if (type === LOCK || method === 'GET' || method === 'HEAD') return;
  const held = locked(sim, scope, method !== 'DELETE');
  if (held.length === 0) return;
  const operation = method === 'DELETE' ? 'delete' : 'write';
  throw refuse(AUTHORIZATION.scopeLocked, { scope, operation, locked: held.join("', '") });
};
