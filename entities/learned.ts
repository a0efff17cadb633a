/** The durable entity that remembers how long deployments of one template and VM size took. */
import { EntityId } from 'durable-functions';
import { learnedKey } from '../domain/plan/learned.ts';
import type { DeployRequest } from '../domain/request/deploy.ts';

export const LEARNED = 'learned';
export const learnedEntity = (request: Pick<DeployRequest, 'template' | 'vmSizes'>) =>
  new EntityId(LEARNED, learnedKey(request));
