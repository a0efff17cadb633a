/** What is kept of one deployment by its id, also when its name has been used again. */
import { certificateSchema } from '../contract/api/certificate.ts';
import { journalSchema } from '../contract/api/journal.ts';
import { graphSchema } from '../contract/api/plan.ts';
import { readStatus } from '../domain/lifecycle/machine.ts';
import { deploymentGraph } from '../domain/plan/graph.ts';
import { type Deployment, deploymentOf } from '../durable/deployments.ts';
import { type Call, type Door, door } from './door.ts';
import { Problem } from './problem.ts';
import { statusOf } from './views.ts';

/** @throws Problem 404 */
export async function knownDeployment({ durable, param }: Pick<Call, 'durable' | 'param'>): Promise<Deployment> {
  const deployment = await deploymentOf(durable, param('id'));
  if (!deployment) throw new Problem(404, 'There is no deployment of that id');
  return deployment;
}

const decoded = (deployment: Deployment) => readStatus(deployment.input, statusOf(deployment));

export const pastDoors: Door[] = [
  door({
    name: 'api-deployment-certificate',
    method: 'GET',
    route: 'api/deployment/{id}/certificate',
    access: 'viewer',
    summary: 'Proof of what existed in a deployment and that it is gone',
    bodies: { 200: certificateSchema },
    answers: { 200: 'The certificate', 404: 'No such deployment', 409: 'It is not over' },
    async handle(call) {
      const { record } = await knownDeployment(call);
      if (!record) throw new Problem(409, 'The deployment is not over; its certificate comes at the end');
      return { json: record.certificate };
    },
  }),
  door({
    name: 'api-deployment-journal',
    method: 'GET',
    route: 'api/deployment/{id}/journal',
    access: 'viewer',
    summary: 'What happened in a deployment, when and why',
    bodies: { 200: journalSchema },
    answers: { 200: 'The journal', 404: 'No such deployment' },
    async handle(call) {
      const deployment = await knownDeployment(call);
      return { json: { entries: deployment.record?.journal ?? decoded(deployment).journal } };
    },
  }),
  door({
    name: 'api-deployment-graph',
    method: 'GET',
    route: 'api/deployment/{id}/graph',
    access: 'viewer',
    summary: 'What a deployment consists of, and what waits for what',
    bodies: { 200: graphSchema },
    answers: { 200: 'The graph', 404: 'No such deployment' },
    async handle(call) {
      const deployment = await knownDeployment(call);
      const { deploymentId, template } = deployment.input;
      const members = decoded(deployment).members.filter(({ removed }) => !removed);
      return { json: { deploymentId, ...deploymentGraph(template, members) } };
    },
  }),
];
