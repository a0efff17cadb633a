/** Pictures in this process: where all doors are open in one, as on one's own machine. */
import type { LivePicture } from '../../contract/api/pictures.ts';
import { perHost } from '../../ports/per-host.ts';
import type { PictureStore } from './kept.ts';

interface Looked {
  at: number;
  pictures: Map<string, LivePicture>;
}
const deployments = perHost(() => new Map<string, Looked>());
/** ms after the last look until pictures are dropped. */
const KEPT = 60_000;

export const memoryPictures: PictureStore = {
  async look(deploymentId, now) {
    const known = deployments().get(deploymentId);
    deployments().set(deploymentId, { at: now, pictures: known?.pictures ?? new Map() });
    await this.sweep(now - KEPT);
  },
  async lookedAt(deploymentId) {
    return deployments().get(deploymentId)?.at;
  },
  async keep(deploymentId, picture) {
    deployments().get(deploymentId)?.pictures.set(picture.component, picture);
  },
  async sweep(before) {
    for (const [id, { at }] of deployments()) if (at < before) deployments().delete(id);
  },
  async kept(deploymentId) {
    return [...(deployments().get(deploymentId)?.pictures.values() ?? [])];
  },
};
