import type { DurableClient } from 'durable-functions';
import { type Learned, nothingLearned } from '../domain/plan/learned.ts';
import type { DeployRequest } from '../domain/request/deploy.ts';
import { stateOf } from '../durable/entity.ts';
import { learnedEntity } from '../entities/learned.ts';

/** What past deployments of this template and VM size taught. */
export async function learnedOf(durable: DurableClient, request: DeployRequest): Promise<Learned> {
  const entityState = await stateOf<Learned>(durable, learnedEntity(request));
  return entityState ?? nothingLearned();
}
