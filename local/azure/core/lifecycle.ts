import { ArmError } from './arm-error.ts';
import type { Catalog, KnownType } from './catalog.ts';
import type { Draws } from './draws.ts';
import { faultText } from './fault-effects.ts';
import type { FaultOutcome } from './fault-plan.ts';
import { keyOf, nameOf } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Metering } from './meter.ts';
import type { Operation, Resource } from './model.ts';
import { OperationStore } from './operation-store.ts';
import type { Plan, ResourceType } from './provider.ts';
import type { Duration } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Sim } from './sim.ts';
import type { Store } from './store.ts';

/** What the lifecycle needs of the kernel. */
interface Host extends Sim {
  readonly catalog: Catalog;
  readonly metering: Metering;
  readonly draws: Draws;
  /** The fault that hit the request being served; operations it starts feel it. */
  current: FaultOutcome | undefined;
}

/** What an operation is about. */
export interface Beginning {
  kind: Operation['kind'];
  action?: string;
  resource: Resource;
  apiVersion: string;
}

const DUE = 'core.operation';
const BEHAVE = 'core.behave';

/** From the plan of a PUT, DELETE or action to its end: operations, their timers, and what becomes of their resources. */
export class Lifecycle {
  readonly operations: OperationStore;
  readonly #host: Host;
  readonly #scheduler: Scheduler;

  constructor(host: Host, store: Store, scheduler: Scheduler) {
    this.#host = host;
    this.#scheduler = scheduler;
    this.operations = new OperationStore(store);
  }
  /** Carries out what a PUT, DELETE or action planned. Without a duration it is done at once and nothing is returned. */
  begin(plan: Plan, what: Beginning): Operation | undefined {
    const { resource, kind } = what;
    const fault = this.#host.current;
    const key = `${keyOf(resource.id)} ${what.action ?? kind}`;
    const fails =
      fault?.kind === 'operation-fails'
        ? { code: fault.code ?? 'InternalOperationError', message: fault.message ?? faultText(fault.code) }
        : plan.fails;
    if (plan.duration === undefined && fails) throw new ArmError(fault?.status ?? 409, fails.code, fails.message);
    const extra = fault?.kind === 'slow' ? (fault.seconds ?? 600) : 0;
    const seconds =
      plan.duration === undefined ? 0 : this.#host.seconds(this.#duration(plan.duration, what), key) + extra;
    const endsAt =
      fault?.kind === 'stuck' ? Number.POSITIVE_INFINITY : this.#host.now() + (seconds * 1000) / this.#host.timeScale;
    const operation: Operation = {
      id: this.#host.guid(`operation ${key}`),
      kind,
      action: what.action,
      resourceId: resource.id,
      type: resource.type,
      subscription: resource.id.split('/')[2] ?? this.#host.subscriptionId,
      location: this.#host.region(resource),
      apiVersion: what.apiVersion,
      status: 'InProgress',
      startedAt: this.#host.now(),
      endsAt,
      fails,
      output: plan.output,
      data: {
        ...plan.data,
        ...(plan.state === null ? { keepState: true } : {}),
        ...(extra ? { slow: extra } : {}),
        ...(fault?.kind === 'stuck' ? { stuck: true } : {}),
      },
      polls: 0,
      jobId: '',
    };
    if (plan.duration === undefined) {
      this.#settle(operation, 'Succeeded');
      return undefined;
    }
    if (plan.state !== null && kind !== 'action') {
      const usual = kind === 'create' ? 'Creating' : kind === 'update' ? 'Updating' : 'Deleting';
      resource.properties.provisioningState = plan.state ?? usual;
      this.#host.resources.save(resource);
    }
    operation.jobId = this.#scheduler.schedule(endsAt, DUE, { id: operation.id });
    this.operations.add(operation, this.#host.now());
    return operation;
  }
  end(operation: Operation, status: 'Succeeded' | 'Canceled' | 'Failed', error?: Operation['error']): void {
    if (operation.status !== 'InProgress') return;
    this.#scheduler.cancel(operation.jobId);
    if (error) operation.error = error;
    this.#settle(operation, status);
  }
  remove(id: string): void {
    for (const inner of this.#host.resources.children(id)) this.remove(inner.id);
    const resource = this.#host.resources.remove(id);
    if (!resource) return;
    this.#host.metering.end(id, this.#host.now());
    this.#host.draws.forget(keyOf(id));
    for (const operation of this.operations.running(id)) this.end(operation, 'Canceled');
    this.#type(resource)?.removed?.(this.#host, resource);
  }
  beginDelete(resource: Resource, options: { force: boolean } = { force: false }): Operation | undefined {
    const type = this.#type(resource);
    if (!type?.delete) {
      this.remove(resource.id);
      return undefined;
    }
    const request = { method: 'DELETE', url: new URL(`https://management.azure.com${resource.id}`), headers: {} };
    const apiVersion = this.#host.apiVersion(resource);
    const call = {
      sim: this.#host,
      request,
      apiVersion,
      query: request.url.searchParams,
      cascade: true,
      force: options.force,
    };
    const fault = this.#host.faults.request({
      type: resource.type,
      name: resource.name,
      operation: 'delete',
      region: this.#host.region(resource),
    });
    if (fault?.kind === 'error')
      throw new ArmError(fault.status ?? 409, fault.code ?? 'InjectedFault', fault.message ?? faultText(fault.code));
    const plan = type.delete({ ...call, resource });
    const outer = this.#host.current;
    this.#host.current = fault;
    try {
      return plan.join ?? this.begin(plan, { kind: 'delete', resource, apiVersion });
    } finally {
      this.#host.current = outer;
    }
  }
  /** Runs the jobs that are the lifecycle's own. @returns whether this was one */
  job(kind: string, data: JsonObject): boolean {
    if (kind === DUE) this.#due(String(data.id));
    else if (kind === BEHAVE) this.#misbehave(String(data.resourceId), data.fault as unknown as FaultOutcome);
    else return false;
    return true;
  }
  #due(id: string): void {
    const operation = this.operations.get(id);
    if (operation?.status !== 'InProgress') return;
    if (operation.fails) operation.error = operation.fails;
    this.#settle(operation, operation.fails ? 'Failed' : 'Succeeded');
  }
  /** Asks the fault plan whether something will be wrong with this resource, and sees to it. */
  behave(resource: Resource, existing: boolean): void {
    if (!this.#type(resource)?.behave) return;
    const fault = this.#host.faults.behaviour(
      { type: resource.type, name: nameOf(resource.id), operation: 'create', region: this.#host.region(resource) },
      existing,
    );
    if (fault)
      this.#host.schedule(BEHAVE, fault.seconds ?? 0, {
        resourceId: resource.id,
        fault: fault as unknown as JsonObject,
      });
  }
  /** What was learned from real runs goes before what is built in; operations that end by themselves are left alone. */
  #duration(built: Duration | number, { kind, action, resource }: Beginning): Duration | number {
    if (built === Number.POSITIVE_INFINITY) return built;
    const wanted = `${resource.type} ${action ?? kind}`.toLowerCase();
    const learned = Object.entries(this.#host.settings.durations).find(([name]) => name.toLowerCase() === wanted);
    return learned?.[1] ?? built;
  }
  #settle(operation: Operation, status: 'Succeeded' | 'Failed' | 'Canceled'): void {
    operation.status = status;
    operation.endedAt = this.#host.now();
    const known: KnownType | undefined = this.#host.catalog.type(operation.type);
    if (operation.jobId !== '') this.operations.save(operation);
    const resource = this.#host.resources.get(operation.resourceId);
    const written = operation.kind === 'create' || operation.kind === 'update';
    if (resource && operation.kind !== 'action' && this.operations.running(resource.id).length === 0) {
      const failed = status === 'Failed';
      if (status !== 'Canceled' && (failed || (written && !operation.data.keepState)))
        resource.properties.provisioningState = failed ? 'Failed' : 'Succeeded';
      this.#host.resources.save(resource);
    }
    known?.type.settled?.({ sim: this.#host, operation, resource });
    if (operation.jobId !== '') this.operations.save(operation);
    this.#host.log({
      operationName: actionName(operation),
      resourceId: operation.resourceId,
      status: status === 'Succeeded' ? 'Succeeded' : 'Failed',
      ...(operation.error
        ? { properties: { statusCode: operation.error.code, statusMessage: operation.error.message } }
        : {}),
    });
    if (operation.kind === 'delete' && status === 'Succeeded') this.remove(operation.resourceId);
    if (resource && operation.kind === 'create' && status === 'Succeeded') this.behave(resource, false);
  }
  #misbehave(id: string, fault: FaultOutcome): void {
    const resource = this.#host.resources.get(id);
    if (!resource) return;
    this.#type(resource)?.behave?.(this.#host, resource, fault);
    for (const { inside } of this.#host.catalog.providers) inside?.[resource.type]?.(this.#host, resource, fault);
  }
  #type(resource: Resource): ResourceType | undefined {
    return this.#host.catalog.type(resource.type)?.type;
  }
}

/** `Microsoft.Network/virtualNetworks/write`, as the activity log names it. */
const actionName = (operation: Operation): string => {
  const verb =
    operation.kind === 'delete' ? 'delete' : operation.kind === 'action' ? `${operation.action}/action` : 'write';
  return `${operation.type}/${verb}`;
};
