import type { Layout } from '../../../contract/layout.ts';
import { PROFILES } from '../profiles.ts';
import type { Obs } from './client.ts';
import { inputNameOf } from './inputs.ts';

/**
 * Makes OBS have exactly the scenes of the layout, each with its sources in order and place. Run again, it changes nothing.
 * What OBS refuses is noted and left: the rest may still be on air.
 */
export async function applyScenes(obs: Obs, layout: Layout): Promise<void> {
  const present = new Set((await obs.ask('GetSceneList'))?.scenes.map(({ sceneName }) => sceneName as string));
  for (const [sceneName, items] of Object.entries(layout.scenes)) {
    if (!present.has(sceneName)) await obs.ask('CreateScene', { sceneName });
    await applyItems(obs, layout, sceneName, items);
  }
  const first = Object.keys(layout.scenes)[0];
  const current = await obs.ask('GetCurrentProgramScene');
  if (current && first !== undefined && !(current.currentProgramSceneName in layout.scenes))
    await obs.ask('SetCurrentProgramScene', { sceneName: first });
  for (const sceneName of present) if (!(sceneName in layout.scenes)) await obs.ask('RemoveScene', { sceneName });
}

type Items = Layout['scenes'][string];

async function applyItems(obs: Obs, layout: Layout, sceneName: string, items: Items): Promise<void> {
  const { width, height } = PROFILES[layout.profile];
  const answer = await obs.ask('GetSceneItemList', { sceneName });
  if (!answer) return;
  const list = answer.sceneItems as { sceneItemId: number; sourceName: string }[];
  const ids = new Map<string, number>();
  for (const { sceneItemId, sourceName } of list) {
    const wanted = items.some(({ source }) => inputNameOf(source) === sourceName) && !ids.has(sourceName);
    if (wanted) ids.set(sourceName, sceneItemId);
    else await obs.ask('RemoveSceneItem', { sceneName, sceneItemId });
  }
  for (const [sceneItemIndex, { source, box }] of items.entries()) {
    const sourceName = inputNameOf(source);
    const sceneItemId =
      ids.get(sourceName) ?? (await obs.ask('CreateSceneItem', { sceneName, sourceName }))?.sceneItemId;
    if (sceneItemId === undefined) continue;
    await obs.ask('SetSceneItemTransform', {
      sceneName,
      sceneItemId,
      sceneItemTransform: {
        positionX: box.x * width,
        positionY: box.y * height,
        // 5 is top left; bounds fit any picture size into the box, also after the presenter changes it.
        alignment: 5,
        boundsType: 'OBS_BOUNDS_SCALE_INNER',
        boundsAlignment: 0,
        boundsWidth: Math.max(1, box.width * width),
        boundsHeight: Math.max(1, box.height * height),
      },
    });
    await obs.ask('SetSceneItemIndex', { sceneName, sceneItemId, sceneItemIndex });
  }
}
