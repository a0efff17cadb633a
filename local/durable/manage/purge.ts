/** Removing finished instances with their history. */
import { isTerminal } from '../history.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import type { Query } from '../store/ports.ts';
import { empty, json, raw } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { statuses, time } from './query-values.ts';

export async function purge(deps: ManageDeps, instanceId: string): Promise<ManagementResponse> {
  const { store, compat } = deps;
  const instance = store.instance(instanceId);
  if (!instance) return empty(404);
  // Extension 3.0.0 removes whatever has this id, ended or not.
  if (!compat.looseRewindAndPurge && !isTerminal(instance.status) && !instanceId.startsWith('@')) {
    return raw(
      412,
      JSON.stringify(
        `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instanceId} has status ${instance.status}`,
      ),
    );
  }
  return json(200, { instancesDeleted: (await remove(deps, instanceId)) ? 1 : 0 });
}

export async function purgeMany(deps: ManageDeps, { query }: ManagementRequest): Promise<ManagementResponse> {
  const createdFrom = time(query, 'createdTimeFrom');
  if (createdFrom === undefined) return json(400, "Please provide value for 'createdTimeFrom' parameter.");
  const createdTo = time(query, 'createdTimeTo') ?? deps.clock.now();
  const wanted = statuses(query, 'runtimeStatus');
  const filter: Query = { createdFrom, createdTo, limit: 1_000_000, ...(wanted && { statuses: wanted }) };
  const ids = deps.store
    .query(filter)
    .filter((instance) => isTerminal(instance.status))
    .map((instance) => instance.id);
  const removed = await Promise.all(ids.map((id) => remove(deps, id)));
  const instancesDeleted = removed.filter(Boolean).length;
  return instancesDeleted === 0 ? empty(404) : json(200, { instancesDeleted });
}

async function remove({ committer, histories }: ManageDeps, instanceId: string): Promise<boolean> {
  const removed = await committer.commit({ kind: 'purge', instanceId });
  histories.drop(instanceId);
  return removed;
}
