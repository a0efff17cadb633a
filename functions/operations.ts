/** `GET /api/operations/{id}`: what became of a command. */
import type { DurableClient } from 'durable-functions';
import { eventOfDeployment, parseOperationId } from '../domain/names.ts';
import { door } from './door.ts';
import { deploymentOf, operationRecord } from './instances.ts';
import { Problem } from './problem.ts';

export interface OperationView {
  operationId: string;
  command: string;
  event: string;
  outcome: 'pending' | 'accepted' | 'refused' | 'done' | 'failed';
  reason?: string;
  at?: string;
}

/** An operation: its record, else the lifecycle's word, else what its absence means. @throws Problem 404 */
export async function operationView(durable: DurableClient, id: string): Promise<OperationView> {
  const parts = parseOperationId(id);
  const unknown = new Problem(404, `There is no operation ${JSON.stringify(id)}`);
  if (!parts) throw unknown;
  const { deploymentId, suffix } = parts;
  const event = eventOfDeployment(deploymentId) ?? '';
  const view = (outcome: OperationView['outcome'], command: string, at?: string, reason?: string): OperationView => ({
    operationId: id,
    command,
    event,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(at === undefined ? {} : { at }),
  });
  const record = await operationRecord(durable, id);
  if (record) return view(record.outcome, record.command, record.at, record.reason);
  const deployment = await deploymentOf(durable, deploymentId);
  if (!deployment) throw unknown;
  const command = suffix === 'deploy' || suffix === 'teardown' ? suffix : 'unknown';
  if (!deployment.ended) return view('pending', command, deployment.input.acceptedAt);
  // A teardown asked for twice, or after the end: what it wanted is so.
  if (suffix === 'teardown' && deployment.status?.s === 'gone')
    return view('done', command, deployment.record?.certificate.endedAt);
  return view('refused', command, undefined, 'the deployment ended before it was taken');
}

export const operationDoors = [
  door({
    name: 'api-operations',
    method: 'GET',
    route: 'api/operations/{id}',
    access: 'viewer',
    summary: 'What became of a command',
    answers: { 200: 'The operation', 404: 'No such operation' },
    handle: async ({ param, durable }) => ({ json: await operationView(durable, param('id')) }),
  }),
];
