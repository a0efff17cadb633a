/** What is kept of pictures between the agent that sends them and the pages that show them: the newest of each component, for moments. */
import type { LivePicture } from '../../contract/api/pictures.ts';

export interface PictureStore {
  /** Somebody looks at the pictures of a deployment. @param now ms since 1970 */
  look(deploymentId: string, now: number): Promise<void>;
  /** When somebody looked last, ms since 1970. */
  lookedAt(deploymentId: string): Promise<number | undefined>;
  /** Keeps a picture in place of the one before. */
  keep(deploymentId: string, picture: LivePicture): Promise<void>;
  /** The newest of each component. */
  kept(deploymentId: string): Promise<LivePicture[]>;
  /** Drops what is older. @param before ms since 1970 */
  sweep(before: number): Promise<void>;
}
