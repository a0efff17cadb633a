/** What doors show of events and deployments, from the instances behind them. */

import type { DurableClient } from 'durable-functions';
import type { DeploymentError, DeploymentStatus } from '../contract/api/deployment.ts';
import type { EventStatus } from '../contract/api/event.ts';
import { BROKEN_STAYS } from '../domain/lifecycle/admission.ts';
import { firstStatus, readStatus } from '../domain/lifecycle/machine.ts';
import { instanceId } from '../domain/names.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import { is } from '../domain/states.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';
import { deploymentStatus } from '../domain/status/deployment-status.ts';
import type { EncodedStatus } from '../domain/status/encoded.ts';
import { eventStatus } from '../domain/status/event-status.ts';
import { type Deployment, isBroken, type Lifecycle } from '../durable/deployments.ts';
import { inTurns } from '../durable/in-turns.ts';
import { instanceStatus } from '../durable/instances.ts';
import { ports } from '../ports/index.ts';

/** The status of a lifecycle; before its first turn, the one that turn will show. */
export const statusOf = ({ input, status }: Pick<Lifecycle, 'input' | 'status'>): EncodedStatus =>
  status ?? firstStatus(input);

export const decoded = (lifecycle: Pick<Lifecycle, 'input' | 'status'>): DecodedStatus =>
  readStatus(lifecycle.input, statusOf(lifecycle));

export function eventView(lifecycle: Lifecycle): EventStatus {
  const view = eventStatus(lifecycle.input, statusOf(lifecycle), ports().now());
  if (!isBroken(lifecycle)) return view;
  // What it made may well go on: where it is reached stays known, how it is nobody can say.
  const reasons = [howBroken(lifecycle.runtime)];
  const connection = is(view.state, 'wanted') ? view.connection : null;
  return { ...view, state: 'broken', health: { state: 'unknown', since: view.since, reasons }, connection };
}

/** What a lifecycle that broke means, in words. */
export const howBroken = (runtime: string): string =>
  `nobody looks after this event: its lifecycle ended as ${runtime}; ${BROKEN_STAYS}`;

/** Running nodes whose own words are read; more would only lengthen a list nobody reads line by line. */
const DETAILS = 12;

/** What running nodes say about themselves, by node id. */
async function detailsOf(
  durable: DurableClient,
  input: LifecycleInput,
  encoded: EncodedStatus,
): Promise<Record<string, string>> {
  const running = readStatus(input, encoded).nodes.filter(({ state }) => state === 'running');
  const details: Record<string, string> = {};
  await inTurns(running.slice(0, DETAILS), async ({ id, attempt }) => {
    const status = await instanceStatus(durable, instanceId.node(input.deploymentId, id, attempt));
    const detail = (status?.customStatus as { detail?: unknown } | null | undefined)?.detail;
    if (typeof detail === 'string') details[id] = detail;
  });
  return details;
}

export async function deploymentView(durable: DurableClient, deployment: Deployment): Promise<DeploymentStatus> {
  const { input, ended } = deployment;
  const encoded = statusOf(deployment);
  const details = ended ? {} : await detailsOf(durable, input, encoded);
  const view = deploymentStatus(input, encoded, ports().now(), details);
  if (deployment.brokenAs === undefined) return view;
  const error: DeploymentError = {
    code: 'LifecycleBroken',
    message: `its lifecycle ended as ${deployment.brokenAs}`,
    class: 'unknown',
    consequence: BROKEN_STAYS,
    advice: `'stream-control teardown ${input.event} --confirm' removes it`,
  };
  return { ...view, state: 'broken', phase: 'broken', finishedAt: null, error };
}
