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
export function cascade(sim: Sim, data: JsonObject): void {
  const id = String(data.id);
  const group = sim.resources.get(id);
  const operation = sim.running(id).find((one) => one.kind === 'delete');
  if (!group || !operation || operation.data.stuck) return;
  if (operation.fails) {
    sim.end(operation, 'Failed', operation.fails);
    return;
  }
  const again = (seconds: number): void => {
    sim.schedule('resources.cascade', seconds, data);
  };
  const content = sim.resources.inGroup(id).filter((one) => ownerId(one.id) === undefined);
  if (content.length === 0) {
    finish(sim, operation, again);
    return;
  }
  const deleting = content.flatMap((one) => sim.running(one.id)).filter((one) => one.kind === 'delete');
  if (deleting.length > 0) {
    again(secondsLeft(sim, deleting));
    return;
  }
  const order = Math.min(...content.map((one) => sim.deleteOrder(one)));
  const refused = deleteAll(
    sim,
    content.filter((one) => sim.deleteOrder(one) === order),
    operation,
  );
  const started = sim.resources
    .inGroup(id)
    .flatMap((one) => sim.running(one.id))
    .filter((one) => one.kind === 'delete');
  if (refused.length === 0 || started.length > 0) {
    again(started.length > 0 ? secondsLeft(sim, started) : 0);
    return;
  }
  const waited = ((sim.now() - operation.startedAt) / 1000) * sim.timeScale;
  if (waited < PATIENCE_SECONDS) again(RETRY_SECONDS);
  else sim.end(operation, 'Failed', blocked(sim, group, refused));
}

/** @returns what could not be deleted yet, with Azure's reason */
function deleteAll(sim: Sim, resources: Resource[], operation: Operation): { id: string; error: ArmError }[] {
  const refused: { id: string; error: ArmError }[] = [];
  const forced = String(operation.data.force ?? '')
    .toLowerCase()
    .split(',');
  for (const resource of resources) {
    try {
      sim.beginDelete(resource, { force: forced.includes(resource.type.toLowerCase()) });
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      refused.push({ id: resource.id, error });
    }
  }
  return refused;
}

/** ARM's deletion job looks every 15 s and takes its time even for an empty group (78 s were recorded). */
function finish(sim: Sim, operation: Operation, again: (seconds: number) => void): void {
  const total = Number(operation.data.overhead ?? 0) + Number(operation.data.slow ?? 0);
  const passed = ((sim.now() - operation.startedAt) / 1000) * sim.timeScale;
  if (operation.data.emptied) {
    sim.end(operation, 'Succeeded');
    return;
  }
  operation.data.emptied = true;
  sim.saveOperation(operation);
  again(Math.max(1, Math.ceil(Math.max(total, passed + 1) / 15) * 15 - passed));
}

const secondsLeft = (sim: Sim, operations: Operation[]): number => {
  const last = Math.max(...operations.map((one) => (Number.isFinite(one.endsAt) ? (one.endsAt ?? 0) : 0)), sim.now());
  return Math.max(1, ((last - sim.now()) / 1000) * sim.timeScale + 0.5);
};

const blocked = (sim: Sim, group: Resource, refused: { id: string; error: ArmError }[]) => ({
  ...refuse(ARM.groupDeletionBlocked, {
    group: group.name,
    resources: refused.map((one) => one.id.split('/providers/').pop()).join(','),
    tracking: sim.guid('tracking'),
  }).error,
  details: refused.map(({ id, error }) => ({ target: id, message: JSON.stringify({ error: error.error }) })),
});
