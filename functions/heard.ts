import type { DurableClient } from 'durable-functions';
import { stateOf } from '../durable/entity.ts';
import { inTurns } from '../durable/in-turns.ts';
import { type MixerState, mixerEntity } from '../entities/mixer.ts';

/** What the mixers of a deployment said last, by language; absent for those that never spoke. */
export async function heardMixers(
  durable: DurableClient,
  deploymentId: string,
  languages: readonly string[],
): Promise<Map<string, MixerState>> {
  const heard = new Map<string, MixerState>();
  await inTurns(languages, async (language) => {
    const entityState = await stateOf<MixerState>(durable, mixerEntity(deploymentId, language));
    if (entityState) heard.set(language, entityState);
  });
  return heard;
}
