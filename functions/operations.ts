/** `GET /api/operations/{id}`: what became of a command. */
import type { DurableClient } from 'durable-functions';
import { instanceStatus, isEnded } from '../activities/perform.ts';
import { removalId } from '../activities/reaper.ts';
import { parseOperationId } from '../domain/names.ts';
import { operationOutcome, type Removal } from '../domain/status/operation-outcome.ts';
import type { RemovedMessage } from '../domain/workflow.ts';
import { type Door, door } from './door.ts';
import { type Deployment, deploymentOf, isBroken, operationRecord } from './instances.ts';
import { Problem } from './problem.ts';
import { decoded } from './views.ts';

/** A broken lifecycle takes no command; its teardown is the removal that was started in its place. */
async function removalOf(deployment: Deployment, durable: DurableClient): Promise<Removal> {
  const status = await instanceStatus(durable, removalId(decoded(deployment).resourceGroup));
  const message = (status?.output as RemovedMessage | null | undefined) ?? undefined;
  return { ended: status !== undefined && isEnded(status), message };
}

export const operationDoors: Door[] = [
  door({
    name: 'api-operations',
    method: 'GET',
    route: 'api/operations/{id}',
    access: 'viewer',
    summary: 'What became of a command',
    answers: { 200: 'The operation', 404: 'No such operation' },
    async handle({ param, durable }) {
      const id = param('id');
      const parts = parseOperationId(id);
      const record = parts && (await operationRecord(durable, id));
      const deployment = parts && (record ? undefined : await deploymentOf(durable, parts.deploymentId));
      const { status, ended = true } = deployment ?? {};
      const removal = deployment && isBroken(deployment) ? { removal: await removalOf(deployment, durable) } : {};
      const outcome = record || deployment ? operationOutcome(id, record, { status, ended, ...removal }) : undefined;
      if (!outcome) throw new Problem(404, 'There is no operation of that id');
      return { json: outcome };
    },
  }),
];
