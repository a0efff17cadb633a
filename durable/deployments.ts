/** Reads the durable instances behind events, deployments and operations. */
import type { DurableClient } from 'durable-functions';
import { eventOfDeployment, instanceId } from '../domain/names.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { DeploymentRecord, OperationRecord } from '../domain/seam/records.ts';
import type { EncodedStatus } from '../domain/status/encoded.ts';
import { sleep } from '../ports/index.ts';
import { outputOf } from './instances.ts';
import { type Lifecycle, lifecycleOf } from './lifecycles.ts';

export { isBroken, type Lifecycle, lifecycleOf } from './lifecycles.ts';

/** Looks at an event that is about to be over, with a pause between; together some 10 s. */
const LOOKS = 50;
const LOOK_PAUSE = 200;

/**
 * The lifecycle. When it is finishing, waits some seconds for it to return, because its state is written before its last effects are
 * out.
 */
export async function endedLifecycle(durable: DurableClient, event: string): Promise<Lifecycle | undefined> {
  let found = await lifecycleOf(durable, event);
  for (let nth = 0; nth < LOOKS && isEnding(found); nth++) {
    await sleep(LOOK_PAUSE);
    found = await lifecycleOf(durable, event);
  }
  return found;
}

/** Nothing of it is left, and its lifecycle has not returned yet. */
export const isEnding = (lifecycle: Lifecycle | undefined): boolean => lifecycle?.over === true && !lifecycle.ended;

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
  /** How its lifecycle ended without having come to an end. */
  brokenAs?: string;
}

/** A deployment by its id: from its lifecycle while that is the event's latest, else from its record. */
export async function deploymentOf(durable: DurableClient, deploymentId: string): Promise<Deployment | undefined> {
  const event = eventOfDeployment(deploymentId);
  if (event === undefined) return undefined;
  const live = await lifecycleOf(durable, event);
  const mine = live?.input.deploymentId === deploymentId ? live : undefined;
  if (mine && !mine.ended) return { ...mine, record: undefined };
  if (mine?.broken) return { ...mine, record: undefined, brokenAs: mine.runtime };
  const record = await recordOf(durable, deploymentId);
  if (record) return { input: record.input, status: record.status, record, ended: true };
  return mine && { ...mine, record: undefined };
}
