/** `GET /api/operations/{id}`: what became of a command. */
import { operationSchema } from '../contract/api/operation.ts';
import { parseOperationId } from '../domain/names.ts';
import { operationOutcome } from '../domain/status/operation-outcome.ts';
import { deploymentOf, operationRecord } from '../durable/deployments.ts';
import { type Door, door } from './door.ts';
import { Problem } from './problem.ts';

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
      const { status, ended = true, brokenAs } = deployment ?? {};
      const outcome = record || deployment ? operationOutcome(id, record, { status, ended, brokenAs }) : undefined;
      if (!outcome) throw new Problem(404, 'There is no operation of that id');
      return { json: outcome };
    },
  }),
];
