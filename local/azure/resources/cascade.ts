import { refuse } from '../core/constraint.ts';
import { ARM } from '../core/constraints.ts';
import { ArmError } from '../core/errors.ts';
import { ownerId } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Operation, Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';

/** How long ARM goes on with resources that refuse because others still use them. */
const PATIENCE_SECONDS = 1200;
const RETRY_SECONDS = 15;

/**
 * One step of a group's deletion, run as a job until the group is empty: what refers goes before what is referred to (VMs,
 * then NICs, then addresses, then networks), what is equal goes together, what refuses is tried again.
 */
export function cascade(
  sim: Sim<'time' | 'draws' | 'jobs' | 'resources' | 'types' | 'operations'>,
  data: JsonObject,
): void {
  const id = String(data.id);
  const group = sim.resources.get(id);
  const operation = sim.operations.running(id).find((one) => one.kind === 'delete');
  if (!group || !operation || operation.data.stuck) return;
  if (operation.fails) {
    sim.operations.end(operation, 'Failed', operation.fails);
    return;
  }
  const again = (seconds: number): void => {
    sim.jobs.schedule('resources.cascade', seconds, data);
  };
  const content = sim.resources.inGroup(id).filter((one) => ownerId(one.id) === undefined);
  if (content.length === 0) {
    finish(sim, operation, again);
    return;
  }
  const deleting = content.flatMap((one) => sim.operations.running(one.id)).filter((one) => one.kind === 'delete');
  if (deleting.length > 0) {
    again(secondsLeft(sim, deleting));
    return;
  }
  const order = Math.min(...content.map((one) => sim.types.deleteOrder(one)));
  const refused = deleteAll(
    sim,
    content.filter((one) => sim.types.deleteOrder(one) === order),
    operation,
  );
  const started = sim.resources
    .inGroup(id)
    .flatMap((one) => sim.operations.running(one.id))
    .filter((one) => one.kind === 'delete');
  if (refused.length === 0 || started.length > 0) {
    again(started.length > 0 ? secondsLeft(sim, started) : 0);
    return;
  }
  const waited = ((sim.time.now() - operation.startedAt) / 1000) * sim.time.scale;
  if (waited < PATIENCE_SECONDS) again(RETRY_SECONDS);
  else sim.operations.end(operation, 'Failed', blocked(sim, group, refused));
}

/** @returns what could not be deleted yet, with Azure's reason */
function deleteAll(
  sim: Sim<'operations'>,
  resources: Resource[],
  operation: Operation,
): { id: string; error: ArmError }[] {
  const refused: { id: string; error: ArmError }[] = [];
  const forced = String(operation.data.force ?? '')
    .toLowerCase()
    .split(',');
  for (const resource of resources) {
    try {
      sim.operations.beginDelete(resource, { force: forced.includes(resource.type.toLowerCase()) });
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      refused.push({ id: resource.id, error });
    }
  }
  return refused;
}

/** ARM's deletion job looks every 15 s and takes its time even for an empty group (78 s were recorded). */
function finish(sim: Sim<'time' | 'operations'>, operation: Operation, again: (seconds: number) => void): void {
  const total = Number(operation.data.overhead ?? 0) + Number(operation.data.slow ?? 0);
  const passed = ((sim.time.now() - operation.startedAt) / 1000) * sim.time.scale;
  if (operation.data.emptied) {
    sim.operations.end(operation, 'Succeeded');
    return;
  }
  operation.data.emptied = true;
  sim.operations.save(operation);
  again(Math.max(1, Math.ceil(Math.max(total, passed + 1) / 15) * 15 - passed));
}

const secondsLeft = (sim: Sim<'time'>, operations: Operation[]): number => {
  const last = Math.max(
    ...operations.map((one) => (Number.isFinite(one.endsAt) ? (one.endsAt ?? 0) : 0)),
    sim.time.now(),
  );
  return Math.max(1, ((last - sim.time.now()) / 1000) * sim.time.scale + 0.5);
};

const blocked = (sim: Sim<'draws'>, group: Resource, refused: { id: string; error: ArmError }[]) => ({
  ...refuse(ARM.groupDeletionBlocked, {
    group: group.name,
    resources: refused.map((one) => one.id.split('/providers/').pop()).join(','),
    tracking: sim.draws.guid('tracking'),
  }).error,
  details: refused.map(({ id, error }) => ({ target: id, message: JSON.stringify({ error: error.error }) })),
});
