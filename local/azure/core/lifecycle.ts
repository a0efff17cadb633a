import { ArmError } from './arm-error.ts';
import type { Catalog, KnownType } from './catalog.ts';
import type { Draws } from './draws.ts';
import { faultText } from './fault-effects.ts';
import type { FaultOutcome } from './fault-plan.ts';
import type { Faults } from './faults.ts';
import { keyOf, nameOf } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Metering } from './meter.ts';
import type { Operation, Resource } from './model.ts';
import { OperationStore } from './operation-store.ts';
import type { Plan, ResourceType } from './provider.ts';
import type { Duration } from './random.ts';
import type { Resources } from './resources.ts';
import type { Scheduler } from './scheduler.ts';
import type { Operations, Sim } from './sim.ts';
import type { Store } from './store.ts';

/** What the lifecycle needs of the kernel. */
interface Host extends Sim {
  readonly catalog: Catalog;
  readonly metering: Metering;
  readonly draws: Draws;
  readonly resources: Resources;
  readonly faults: Faults;
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
export class Lifecycle implements Operations {
  readonly #kept: OperationStore;
  readonly #host: Host;
  readonly #scheduler: Scheduler;

  constructor(host: Host, store: Store, scheduler: Scheduler) {
    this.#host = host;
    this.#scheduler = scheduler;
    this.#kept = new OperationStore(store);
  }
  /** Carries out what a PUT, DELETE or action planned. Without a duration it is done at once and nothing is returned. */
  begin(plan: Plan, what: Beginning): Operation | undefined {
    const { resource, kind } = what;
    const fault = this.#host.faults.current;
    const key = `${keyOf(resource.id)} ${what.action ?? kind}`;
    const fails =
      fault?.kind === 'operation-fails'
        ? { code: fault.code ?? 'InternalOperationError', message: fault.message ?? faultText(fault.code) }
        : plan.fails;
    if (plan.duration === undefined && fails) throw new ArmError(fault?.status ?? 409, fails.code, fails.message);
    const extra = fault?.kind === 'slow' ? (fault.seconds ?? 600) : 0;
    const seconds =
      plan.duration === undefined ? 0 : this.#host.draws.seconds(this.#duration(plan.duration, what), key) + extra;
    const endsAt = fault?.kind === 'stuck' ? Number.POSITIVE_INFINITY : this.#host.time.in(seconds);
    const operation: Operation = {
      id: this.#host.draws.guid(`operation ${key}`),
      kind,
      action: what.action,
      resourceId: resource.id,
      type: resource.type,
      subscription: resource.id.split('/')[2] ?? this.#host.account.subscriptionId,
      location: this.#host.resources.region(resource),
      apiVersion: what.apiVersion,
      status: 'InProgress',
      startedAt: this.#host.time.now(),
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
    operation.jobId = this.#scheduler.at(endsAt, DUE, { id: operation.id });
    this.#kept.add(operation, this.#host.time.now());
    return operation;
  }
  get(id: string): Operation | undefined {
    return this.#kept.get(id);
  }
  running(resourceId: string): Operation[] {
    return this.#kept.running(resourceId);
  }
  save(operation: Operation): void {
    this.#kept.save(operation);
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
    this.#host.metering.end(id, this.#host.time.now());
    this.#host.draws.forget(keyOf(id));
    for (const operation of this.#kept.running(id)) this.end(operation, 'Canceled');
    this.#type(resource)?.removed?.(this.#host, resource);
  }
  beginDelete(resource: Resource, options: { force: boolean } = { force: false }): Operation | undefined {
    const type = this.#type(resource);
    if (!type?.delete) {
      this.remove(resource.id);
      return undefined;
    }
    const request = { method: 'DELETE', url: new URL(`https://management.azure.com${resource.id}`), headers: {} };
    const apiVersion = this.#host.types.apiVersion(resource);
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
      region: this.#host.resources.region(resource),
    });
    if (fault?.kind === 'error')
      throw new ArmError(fault.status ?? 409, fault.code ?? 'InjectedFault', fault.message ?? faultText(fault.code));
    const plan = type.delete({ ...call, resource });
    const outer = this.#host.faults.current;
    this.#host.faults.current = fault;
    try {
      return plan.join ?? this.begin(plan, { kind: 'delete', resource, apiVersion });
    } finally {
      this.#host.faults.current = outer;
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
    const operation = this.#kept.get(id);
    if (operation?.status !== 'InProgress') return;
    if (operation.fails) operation.error = operation.fails;
    this.#settle(operation, operation.fails ? 'Failed' : 'Succeeded');
  }
  /** Asks the fault plan whether something will be wrong with this resource, and sees to it. */
  behave(resource: Resource, existing: boolean): void {
    if (!this.#type(resource)?.behave) return;
    const fault = this.#host.faults.behaviour(
      {
        type: resource.type,
        name: nameOf(resource.id),
        operation: 'create',
        region: this.#host.resources.region(resource),
      },
      existing,
    );
    if (fault)
      this.#host.jobs.schedule(BEHAVE, fault.seconds ?? 0, {
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
    operation.endedAt = this.#host.time.now();
    const known: KnownType | undefined = this.#host.catalog.type(operation.type);
    if (operation.jobId !== '') this.#kept.save(operation);
    const resource = this.#host.resources.get(operation.resourceId);
    const written = operation.kind === 'create' || operation.kind === 'update';
    if (resource && operation.kind !== 'action' && this.#kept.running(resource.id).length === 0) {
      const failed = status === 'Failed';
      if (status !== 'Canceled' && (failed || (written && !operation.data.keepState)))
        resource.properties.provisioningState = failed ? 'Failed' : 'Succeeded';
      this.#host.resources.save(resource);
    }
    known?.type.settled?.({ sim: this.#host, operation, resource });
    if (operation.jobId !== '') this.#kept.save(operation);
    this.#host.activity.log({
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
