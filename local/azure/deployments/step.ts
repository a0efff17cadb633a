/** One look at a running deployment: start what may start, fail when something failed, end when all is there. */
import { ArmError } from '../core/errors.ts';
import { nameOf, sameId } from '../core/ids.ts';
import { child, isObject, type Json, type JsonObject, text } from '../core/json.ts';
import type { Operation, Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './functions.ts';
import { type Item, itemsOf } from './plan.ts';
import { scopeOf } from './scope.ts';

/** What a deployment needs until it has ended; it may hold passwords, so it is kept where secrets are and dropped at the end. */
export interface Pending extends JsonObject {
  template: JsonObject;
  parameters: JsonObject;
  authorization: string;
  /** Operation of each started resource by id; empty for one that was there at once. */
  started: { [id: string]: string };
}
export const pendingOf = (sim: Sim<'store'>) => sim.store.collection<Pending>('deployments.pending', { secret: true });
export const STEP = 'deployments.step';
export const DEPLOYMENT = 'Microsoft.Resources/deployments';

export function step(
  sim: Sim<'account' | 'time' | 'chance' | 'jobs' | 'store' | 'resources' | 'types' | 'operations' | 'arm'>,
  data: JsonObject,
): void {
  const id = String(data.id);
  const deployment = sim.resources.get(id);
  const operation = sim.operations.running(id).find((one) => one.kind === 'create' || one.kind === 'update');
  const pending = pendingOf(sim).get(id.toLowerCase());
  if (!deployment || !operation || !pending || operation.id !== data.operation) return;
  deployment.properties.provisioningState = 'Running';
  const scope = scopeOf(sim, deployment, pending.template, pending.parameters);
  const items = itemsOf(pending.template, scope);
  try {
    const running = advance(sim, items, pending, scope);
    pendingOf(sim).set(id.toLowerCase(), pending);
    if (running.length > 0) {
      // Deployments inside this one wake it when they end.
      const others = running.filter((one) => one.type !== DEPLOYMENT);
      if (others.length === 0) return;
      const ends = Math.min(
        ...others.map((one) => (Number.isFinite(one.endsAt) ? one.endsAt : sim.time.now() + 60_000)),
      );
      sim.jobs.schedule(STEP, Math.max(0.2, ((ends - sim.time.now()) / 1000) * sim.time.scale + 0.1), data);
      return;
    }
    finish(sim, deployment, operation, items, outputsOf(pending.template, scope));
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    fail(sim, deployment, operation, items, pending, error);
  }
}

/** @returns operations that still run @throws ArmError of a resource that was refused or failed */
function advance(sim: Sim<'operations' | 'arm'>, items: readonly Item[], pending: Pending, scope: Scope): Operation[] {
  const { started } = pending;
  const operationOf = (id: string): Operation | undefined => sim.operations.get(started[id] ?? '');
  const done = (id: string): boolean => id in started && operationOf(id)?.status !== 'InProgress';
  // Again as long as something started, as what is there at once lets the next one go.
  for (let progress = true; progress; ) {
    progress = false;
    for (const item of items) {
      const error = operationOf(item.id)?.error;
      if (error) throw new ArmError(409, error.code, error.message, { ...error, target: item.id });
    }
    for (const item of items) {
      if (item.id in started || !item.after.every(done)) continue;
      started[item.id] = put(sim, item, pending, scope);
      progress = true;
    }
  }
  return items.flatMap((item) => operationOf(item.id) ?? []).filter((one) => one.status === 'InProgress');
}

/** What a resource's PUT carries. A deployment's own template is left as it is: it is evaluated inside. */
export function bodyOf(item: Item, scope: Scope): Json {
  const own = { ...scope, loops: item.loops };
  const { properties } = item.body;
  if (item.type !== DEPLOYMENT || !isObject(properties)) return withoutNulls(evaluate(item.body, own));
  const { template, ...rest } = properties;
  const inner = text(child(properties, 'expressionEvaluationOptions'), 'scope');
  if (inner?.toLowerCase() !== 'inner')
    throw new ArmError(
      400,
      'InvalidTemplate',
      `The deployment '${item.name}' in the template is evaluated in the scope around it, which is not simulated: set expressionEvaluationOptions.scope to inner.`,
    );
  const around = withoutNulls(evaluate({ ...item.body, properties: rest }, own)) as JsonObject;
  return { ...around, properties: { ...child(around, 'properties'), template } };
}

/** @returns the id of the operation that the PUT started */
function put(sim: Sim<'operations' | 'arm'>, item: Item, pending: Pending, scope: Scope): string {
  const before = new Set(sim.operations.running(item.id).map((one) => one.id));
  const response = refusable(
    () =>
      sim.arm.serve({
        method: 'PUT',
        url: new URL(`https://management.azure.com${item.id}?api-version=${item.apiVersion}`),
        headers: { authorization: pending.authorization, 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(item, scope)),
      }),
    item.id,
  );
  if (response.status >= 400) throw new ArmError(response.status, 'DeploymentFailed', JSON.stringify(response.body));
  return sim.operations.running(item.id).find((one) => !before.has(one.id))?.id ?? '';
}

/** What is refused says which resource it is about. */
function refusable<T>(task: () => T, target: string): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    throw new ArmError(error.status, error.code, error.message, { ...error.error, target });
  }
}

/** Clients write members they do not mean as null (`publicIPAllocationMethod: null`). */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      one === null || one === undefined ? [] : [[key, withoutNulls(one)]],
    ),
  );
}

function outputsOf(template: JsonObject, scope: Scope): JsonObject {
  const declared = isObject(template.outputs) ? template.outputs : {};
  const counts = (output: JsonObject) =>
    output.condition === undefined || String(evaluate(output.condition, scope)).toLowerCase() === 'true';
  return Object.fromEntries(
    Object.entries(declared).flatMap(([name, output]) =>
      isObject(output) && output.value !== undefined && counts(output)
        ? [[name, { type: String(output.type ?? 'String'), value: evaluate(output.value, scope) }]]
        : [],
    ),
  );
}

function close(
  sim: Sim<'time' | 'jobs' | 'store' | 'resources' | 'operations'>,
  deployment: Resource,
  operation: Operation,
  items: readonly Item[],
): void {
  const seconds = ((sim.time.now() - operation.startedAt) / 1000) * sim.time.scale;
  deployment.properties.duration = `PT${seconds.toFixed(7)}S`;
  deployment.properties.timestamp = sim.time.iso();
  deployment.properties.outputResources = items
    .filter((item) => sim.resources.get(item.id))
    .map((item) => ({ id: item.id }));
  sim.resources.save(deployment);
  pendingOf(sim).delete(deployment.id.toLowerCase());
  for (const [id, { started }] of [...pendingOf(sim).entries()]) {
    const outer = Object.keys(started).some((one) => sameId(one, deployment.id))
      ? sim.operations.running(id)[0]
      : undefined;
    if (outer) sim.jobs.schedule(STEP, 0.1, { id, operation: outer.id });
  }
}

function finish(
  sim: Sim<'time' | 'jobs' | 'store' | 'resources' | 'operations'>,
  deployment: Resource,
  operation: Operation,
  items: readonly Item[],
  outputs: JsonObject,
): void {
  if (Object.keys(outputs).length > 0) deployment.properties.outputs = outputs;
  close(sim, deployment, operation, items);
  sim.operations.end(operation, 'Succeeded');
}

/** ARM wraps what went wrong; a quota that was passed is named as such. */
function wrapped(error: ArmError, target?: string): { code: string; message: string; details: JsonObject[] } {
  const code =
    error.code === 'OperationNotAllowed' && /exceeding approved/.test(error.message) ? 'QuotaExceeded' : error.code;
  const { details } = error.error;
  return {
    code: 'DeploymentFailed',
    message:
      'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
    details: [{ code, message: error.message, ...(target ? { target } : {}), ...(details?.length ? { details } : {}) }],
  };
}

function fail(
  sim: Sim<'time' | 'jobs' | 'store' | 'resources' | 'operations'>,
  deployment: Resource,
  operation: Operation,
  items: readonly Item[],
  pending: Pending,
  error: ArmError,
): void {
  const failed =
    items.find((item) => item.id === error.error.target) ?? items.find((item) => !(item.id in pending.started));
  deployment.properties.error = wrapped(error, failed?.id);
  deployment.hidden.failed = failed ? { id: failed.id, name: nameOf(failed.id) } : {};
  close(sim, deployment, operation, items);
  sim.operations.end(operation, 'Failed', wrapped(error, failed?.id));
}
