/** The durable entity of which presenter people want on air in one deployment: what starts anew has forgotten it. */
import { EntityId } from 'durable-functions';
import type { WantedPresenter } from '../contract/presenters.ts';

export const PRESENTER = 'presenter';
export const presenterEntity = (deploymentId: string) => new EntityId(PRESENTER, deploymentId);

export interface PresenterState {
  active: WantedPresenter;
}
