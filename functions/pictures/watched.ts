/** Whether somebody looks at an event's pictures: only then agents make and send any. */
import type { Settings } from '../../azure/settings.ts';
import { PICTURE_SECONDS } from '../../contract/pictures.ts';
import { ports } from '../../ports/index.ts';
import { shared } from '../live/shared.ts';
import { picturesOf } from './store.ts';

/** ms that a look counts: pages look all the time, and a page that is cut off is back by then. */
const LOOKED = 10_000;
/** ms that what is known of looks may be old: fifty mixers ask at once. */
const KNOWN = 1_500;

export async function isWatched(settings: Settings, deploymentId: string): Promise<boolean> {
  const at = await shared(`looked ${deploymentId}`, KNOWN, () => picturesOf(settings).lookedAt(deploymentId));
  return at !== undefined && Math.abs(ports().now() - at) < LOOKED;
}

/** What of it stands in a heartbeat's answer. A store that does not answer must not make a mixer look silent. */
export async function pictureSecondsOf(
  settings: Settings,
  deploymentId: string,
): Promise<{ pictureSeconds?: number | undefined }> {
  const watched = await isWatched(settings, deploymentId).catch(() => false);
  return watched ? { pictureSeconds: PICTURE_SECONDS } : {};
}
