import { callerOf } from '../core/caller.ts';
import type { JsonObject } from '../core/json.ts';
import type { ResourceType } from '../core/provider.ts';
import { rolesAt } from './rbac.ts';

/** What the caller may do at a scope: one entry per role assigned there or above (Microsoft Learn, REST API "Permissions"). */
export const permissions: ResourceType<'time' | 'resources' | 'settings'> = {
  type: 'permissions',
  apiVersions: ['2015-07-01', '2018-01-01-preview', '2018-07-01', '2022-04-01', '2022-05-01-preview'],
  scope: 'any',
  tracked: false,
  serve({ sim, request, scope }) {
    const value = rolesAt(sim, callerOf(request).objectId, scope).map(
      ({ actions, notActions, dataActions }): JsonObject => ({ actions, notActions, dataActions, notDataActions: [] }),
    );
    return { status: 200, body: { value } };
  },
};
