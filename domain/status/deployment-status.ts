import type { DeploymentError, DeploymentStatus } from '../../contract/api/deployment.ts';
import { componentId } from '../component.ts';
import { readStatus } from '../lifecycle/machine.ts';
import { operationId } from '../names.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { is } from '../states.ts';
import { stepTimes } from '../template/schema.ts';
import type { DecodedNode, DecodedStatus } from './decoded.ts';
import type { EncodedStatus } from './encoded.ts';

/**
 * The status of a deployment, present or past, from its input and last customStatus (of the lifecycle or of its record).
 * @param now milliseconds since the Unix epoch
 * @param details what the node instances of running nodes say about themselves, by node id
 */
export function deploymentStatus(
  input: LifecycleInput,
  encoded: EncodedStatus | undefined,
  now: number,
  details: Readonly<Record<string, string>> = {},
): DeploymentStatus {
  if (!encoded) return notYet(input);
  const status = readStatus(input, encoded);
  const shown = status.nodes.filter((node) => !isRemoved(status, node));
  return {
    deploymentId: input.deploymentId,
    event: input.event,
    operation:
      status.operations.at(-1)?.operationId ??
      status.lastOperation?.operationId ??
      operationId(input.deploymentId, 'deploy'),
    state: status.state,
    phase: status.phase ?? status.state,
    progress: progressOf(status, shown, input, now),
    nodes: shown.map((node) => ({
      id: node.id,
      kind: node.kind,
      state: node.state,
      startedAt: node.startedAt ?? null,
      finishedAt: node.finishedAt ?? null,
      detail: detailOf(node, details[node.id]),
    })),
    startedAt: status.startedAt,
    finishedAt: status.endedAt ?? null,
    ...(status.error ? { error: errorOf(status.error) } : {}),
  };
}

function notYet(input: LifecycleInput): DeploymentStatus {
  return {
    deploymentId: input.deploymentId,
    event: input.event,
    operation: operationId(input.deploymentId, 'deploy'),
    state: 'preflight',
    phase: 'preflight',
    progress: 0,
    nodes: [],
    startedAt: input.acceptedAt,
    finishedAt: null,
  };
}

const isRemoved = (status: DecodedStatus, node: DecodedNode): boolean =>
  status.members.some((member) => member.removed && componentId(member) === node.component);

function detailOf(node: DecodedNode, said: string | undefined): string {
  const parts: string[] = [];
  if (node.failure) parts.push(`${node.failure.code}: ${node.failure.message}`);
  else if (node.state === 'running' && said) parts.push(said);
  if (node.attempt > 1) parts.push(`attempt ${node.attempt}`);
  return parts.join('; ');
}

const errorOf = ({ failure, node, consequence }: NonNullable<DecodedStatus['error']>): DeploymentError => ({
  code: failure.code,
  message: failure.message,
  class: failure.class,
  ...(failure.resource ? { resource: failure.resource } : {}),
  ...(node ? { node } : {}),
  consequence,
  ...(failure.advice ? { advice: failure.advice } : {}),
});

/** While it rises: seconds of work done of all expected. While it goes: time passed of the time a removal usually takes. */
function progressOf(status: DecodedStatus, nodes: readonly DecodedNode[], input: LifecycleInput, now: number): number {
  const round = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
  const { timeScale } = input.installation;
  if (is(status.state, 'final') && (status.phase === 'ended' || !is(status.state, 'stands'))) return 1;
  const passed = (since: string): number => ((now - Date.parse(since)) / 1000) * timeScale;
  if (is(status.state, 'removing'))
    return round(Math.min(0.95, passed(status.since) / stepTimes(input.template, 'remove').expected));
  if (status.state === 'scheduled') return 0;
  if (is(status.state, 'settled')) return 1;
  let all = 0;
  let done = 0;
  for (const { state, expectedSeconds, startedAt } of nodes) {
    if (state === 'skipped') continue;
    all += expectedSeconds;
    if (state === 'done') done += expectedSeconds;
    else if (state === 'running' && startedAt) done += Math.min(passed(startedAt), expectedSeconds * 0.95);
  }
  return round(all === 0 ? 0 : done / all);
}
