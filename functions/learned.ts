import type { DurableClient } from 'durable-functions';
import { learnedEntity } from '../activities/learned-entity.ts';
import { type Learned, nothingLearned } from '../domain/plan/learned.ts';
import type { DeployRequest } from '../domain/request/deploy.ts';

/** What past deployments of this template and VM size taught. */
export async function learnedOf(durable: DurableClient, request: DeployRequest): Promise<Learned> {
  const { entityState } = await durable.readEntityState<Learned>(learnedEntity(request));
  return entityState ?? nothingLearned();
}
