/** Which sound of the programme languages get: what mixers are told of it, and what may be a mistake in it. */

import { clients } from '../azure/clients.ts';
import type { Heard } from '../contract/api/event.ts';
import type { LiveRelay } from '../contract/api/live.ts';
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

const AAC = 'aac';

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
    const tracks = seen?.healthy ? tracksIn(seen) : undefined;
    if (tracks) return tracks;
  }
  return undefined;
}

/** The track of a programme that a sound means; undefined where it has no such. */
function trackOf(sound: string, tracks: readonly Track[]): Track | undefined {
  const wish = wishOf(sound);
  if (wish === undefined) return tracks[0];
  return tracks.find(({ track, language }) =>
    typeof wish === 'number' ? track === wish : language !== null && languageCode(language) === wish,
  );
}

/** The tracks that a relay says it has; undefined where it says nothing of them. */
export function tracksIn(relay: Pick<LiveRelay, 'health'> | undefined): Track[] | undefined {
  const tracks = trackSchema.array().safeParse(relay?.health?.tracks);
  return tracks.success && tracks.data.length > 0 ? tracks.data : undefined;
}

/** What is heard where this sound is wanted. */
export function heardOf(sound: string, tracks: readonly Track[]): Heard {
  const meant = trackOf(sound, tracks);
  const got = meant ?? tracks[0];
  const { track = null, language = null, codec = AAC, bitrate = 0, peakDb = null } = got ?? {};
  const warning = meant
    ? soundless({ codec, bitrate })
    : `the programme has no sound ${sound}, the floor's is sent; there are ${named(tracks)}`;
  return { track, language, peakDb, warning };
}
const soundless = ({ codec, bitrate }: Pick<Track, 'codec' | 'bitrate'>): string | null => {
  if (codec !== AAC) return `${codec} is not supported, silence is sent; send AAC`;
  return bitrate > 0 ? null : 'nothing comes on it, silence is sent';
};

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
    tracks === undefined || trackOf(sound, tracks)
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
