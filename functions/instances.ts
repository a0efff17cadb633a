/** Reads the durable instances behind events, deployments and operations. */
import type { DurableClient } from 'durable-functions';
import { instanceStatus } from '../activities/perform.ts';
import { eventOfDeployment, instanceId } from '../domain/names.ts';
import { is } from '../domain/states.ts';
import type { EncodedStatus } from '../domain/status/encoded.ts';
import type { DeploymentRecord, LifecycleInput, OperationRecord } from '../domain/workflow.ts';
import { sleep } from '../ports/index.ts';

/** A lifecycle as its instance shows it. */
export interface Lifecycle {
  input: LifecycleInput;
  /** Undefined until its first turn. */
  status: EncodedStatus | undefined;
  /** Not taken up yet: somebody else's start may still win. */
  pending: boolean;
  ended: boolean;
}

const ENDED = new Set(['Completed', 'Failed', 'Terminated', 'Canceled']);

/** The lifecycle of an event name, running or the last that ended; undefined when there never was one. */
export async function lifecycleOf(durable: DurableClient, event: string): Promise<Lifecycle | undefined> {
  const status = await instanceStatus(durable, instanceId.lifecycle(event));
  const input = status?.input as LifecycleInput | null | undefined;
  if (!status || typeof input?.deploymentId !== 'string') return undefined;
  const runtime = String(status.runtimeStatus);
  return {
    input,
    status: (status.customStatus as EncodedStatus | null) ?? undefined,
    pending: runtime === 'Pending',
    ended: ENDED.has(runtime),
  };
}

/** Reads without waiting, then reads with a pause between; together some 10 s. */
const EAGER = 20;
const PATIENT = 100;
const PAUSE = 100;

/** The lifecycle once the backend has decided whose start counts (`startNew` may tell two racers that they won). */
export async function settledLifecycle(durable: DurableClient, event: string): Promise<Lifecycle | undefined> {
  let found: Lifecycle | undefined;
  for (let nth = 0; nth < EAGER + PATIENT; nth++) {
    found = await lifecycleOf(durable, event);
    if (found && !found.pending) return found;
    if (nth >= EAGER) await sleep(PAUSE);
  }
  return found;
}

/** The lifecycle ended without having finished: a defect, and what it made may still stand. */
export const isBroken = ({ ended, status }: Pick<Lifecycle, 'ended' | 'status'>): boolean =>
  ended && !is(status?.s, 'final');

async function outputOf<T>(durable: DurableClient, id: string): Promise<T | undefined> {
  const status = await instanceStatus(durable, id);
  return status && String(status.runtimeStatus) === 'Completed' ? (status.output as T) : undefined;
}

/** What is kept of a deployment that ended. */
export const recordOf = (durable: DurableClient, deploymentId: string): Promise<DeploymentRecord | undefined> =>
  outputOf(durable, instanceId.record(deploymentId));

/** The final word on an operation, once there is one. */
export const operationRecord = (durable: DurableClient, id: string): Promise<OperationRecord | undefined> =>
  outputOf(durable, instanceId.operation(id));

/** A deployment, present or past. */
export interface Deployment {
  input: LifecycleInput;
  status: EncodedStatus | undefined;
  record: DeploymentRecord | undefined;
  /** Its lifecycle has returned. */
  ended: boolean;
}

/** A deployment by its id: from its lifecycle while that is the event's latest, else from its record. */
export async function deploymentOf(durable: DurableClient, deploymentId: string): Promise<Deployment | undefined> {
  const event = eventOfDeployment(deploymentId);
  if (event === undefined) return undefined;
  const live = await lifecycleOf(durable, event);
  const mine = live?.input.deploymentId === deploymentId ? live : undefined;
  if (mine && !mine.ended) return { ...mine, record: undefined };
  const record = await recordOf(durable, deploymentId);
  if (record) return { input: record.input, status: record.status, record, ended: true };
  return mine && { ...mine, record: undefined };
}
