/** `GET /api/operations/{id}`: what became of a command. */
import type { DurableClient } from 'durable-functions';
import { operationSchema } from '../contract/api/operation.ts';
import { isTakenUpAgain } from '../domain/lifecycle/taking-up.ts';
import { parseOperationId } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import { operationOutcome } from '../domain/status/operation-outcome.ts';
import { type Deployment, deploymentOf, operationRecord } from '../durable/deployments.ts';
import { stateOf } from '../durable/entity.ts';
import { eventIndex, type IndexState } from '../entities/event-index.ts';
import { type Door, door } from './door.ts';
import { Problem } from './problem.ts';

/** Of a lifecycle that goes on in a moment nothing is lost: what it was told is carried out then. */
async function asFarAsKnown(durable: DurableClient, deployment: Deployment): Promise<Deployment> {
  const { brokenAs, ...rest } = deployment;
  if (brokenAs === undefined) return deployment;
  const { event, deploymentId } = deployment.input;
  const entry = own((await stateOf<IndexState>(durable, eventIndex))?.events ?? {}, event);
  const goesOn = entry?.deploymentId === deploymentId && isTakenUpAgain(brokenAs, entry.takeUps);
  return goesOn ? { ...rest, ended: false } : deployment;
}

export const operationDoors: Door[] = [
  door({
    name: 'api-operations',
    method: 'GET',
    route: 'api/operations/{id}',
    access: 'viewer',
    summary: 'What became of a command',
    bodies: { 200: operationSchema },
    answers: { 200: 'The operation', 404: 'No such operation' },
    async handle({ param, durable }) {
      const id = param('id');
      const parts = parseOperationId(id);
      const record = parts && (await operationRecord(durable, id));
      const deployment = parts && (record ? undefined : await deploymentOf(durable, parts.deploymentId));
      const known = deployment && (await asFarAsKnown(durable, deployment));
      const { status, ended = true, brokenAs } = known ?? {};
      const outcome = record || known ? operationOutcome(id, record, { status, ended, brokenAs }) : undefined;
      if (!outcome) throw new Problem(404, 'There is no operation of that id');
      return { json: outcome };
    },
  }),
];
