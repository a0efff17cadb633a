/** Which sound of the programme languages get: what mixers are told of it, and what may be a mistake in it. */

import { clients } from '../azure/clients.ts';
import type { SoundsTold } from '../contract/api/mixers.ts';
import { trackSchema } from '../contract/relay-health.ts';
import { languageCode, wishOf } from '../contract/stream-id.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { own } from '../domain/own.ts';
import { soundOf } from '../domain/plan/parts.ts';
import { sharedSounds } from '../domain/request/sounds.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { healthOf } from '../inspect/health.ts';
import type { Call } from './door.ts';
import { heardAgents } from './heard.ts';
import { languageOf, partsIn } from './parts.ts';
import { decoded } from './views.ts';
import { want } from './want.ts';

type Track = ReturnType<typeof trackSchema.parse>;

/** The sound of every language as it was told last, else as it was made with. */
async function soundsNow(call: Call, { input }: Lifecycle, mixers: readonly Part[]) {
  const ids = mixers.map(({ id }) => id);
  const heard = await heardAgents(call.durable, input.deploymentId, ids);
  return mixers.map(
    (part) => [languageOf(part), heard.get(part.id)?.desired.audio ?? soundOf(input, part.member)] as const,
  );
}

/** Tracks of the programme as what sends to these components says; undefined where nothing says so now. */
async function tracksOf(call: Call, lifecycle: Lifecycle, mixers: readonly Part[]): Promise<Track[] | undefined> {
  const names = new Set(mixers.flatMap(({ rule }) => Object.values(rule.sources)));
  const azure = await clients(call.settings.subscriptionId);
  for (const part of partsIn(lifecycle).filter(({ member }) => names.has(member.name))) {
    const seen = await healthOf(azure, part, decoded(lifecycle));
    const tracks = seen?.healthy
      ? trackSchema.array().safeParse((seen.health as { tracks?: unknown }).tracks)
      : undefined;
    if (tracks?.success && tracks.data.length > 0) return tracks.data;
  }
  return undefined;
}

/** Whether a programme has such a sound. */
function isThere(sound: string, tracks: readonly Track[]): boolean {
  const wish = wishOf(sound);
  if (wish === undefined) return true;
  return tracks.some(({ track, language }) =>
    typeof wish === 'number' ? track === wish : language !== null && languageCode(language) === wish,
  );
}

const named = (tracks: readonly Track[]): string =>
  tracks.map(({ track, language }) => (language === null ? `${track}` : `${track} (${language})`)).join(', ');

/** Tells mixers their new sounds. @throws Problem 409 where nothing can be written down, 503 */
export async function tellSounds(
  call: Call,
  lifecycle: Lifecycle,
  mixers: readonly Part[],
  audio: Record<string, string>,
): Promise<SoundsTold> {
  for (const sound of new Set(Object.values(audio))) {
    const meant = mixers.filter((part) => own(audio, languageOf(part)) === sound);
    await want(call, lifecycle, { mixers: meant, desired: { audio: sound }, text: `audio ${sound}` });
  }
  const tracks = await tracksOf(call, lifecycle, mixers);
  const missing = Object.entries(audio).flatMap(([language, sound]) =>
    tracks === undefined || isThere(sound, tracks)
      ? []
      : [
          `the programme has no sound ${sound} now, ${language} gets the floor's until it has; there are ${named(tracks)}`,
        ],
  );
  return {
    event: lifecycle.input.event,
    languages: Object.keys(audio),
    audio,
    notes: [...sharedSounds(await soundsNow(call, lifecycle, mixers)), ...missing],
  };
}
