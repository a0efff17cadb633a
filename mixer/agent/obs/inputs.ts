import type { AudioSettings, Layout } from '../../../contract/layout.ts';
import { streamIdOf, type Wish } from '../../../contract/stream-id.ts';
import { PROFILES } from '../profiles.ts';
import type { Obs } from './client.ts';
import { titleSettings } from './title.ts';

/** What the sources of a mixer are made of. */
export interface SourceFacts {
  title: string;
  /** Full SRT addresses, passphrase included. */
  programme: string;
  slides: string;
}
interface Settings {
  [key: string]: string | number | boolean | Settings;
}
interface Wanted {
  kinds: string[];
  settings: Settings;
}

/** OBS's name of a source: scenes and sources share one name space there, and a scene may be called like its source. */
export const inputNameOf = (source: string): string => `${source} source`;

/**
 * An SRT address as OBS (ffmpeg's libsrt protocol) takes it; latency there is in microseconds. It does not decode a stream id, which
 * is therefore written in the form that needs no encoding.
 */
export function srtUrl(
  { host, port }: { host: string; port: number },
  passphrase: string,
  latencyMs: number,
  wish?: Wish,
): string {
  const query = new URLSearchParams({ mode: 'caller', latency: `${latencyMs * 1000}`, passphrase });
  const id = streamIdOf(wish);
  return `srt://${host}:${port}?${query}${id === undefined ? '' : `&streamid=${id}`}`;
}

const live = (input: string): Wanted => ({
  kinds: ['ffmpeg_source'],
  settings: {
    is_local_file: false,
    input,
    input_format: 'mpegts',
    reconnect_delay_sec: 1,
    buffering_mb: 1,
    // It must run on while another scene is on air: the way back would begin with a connection.
    restart_on_activate: false,
    close_when_inactive: false,
    clear_on_media_end: false,
    hw_decode: false,
  },
});

function wanted(layout: Layout, facts: SourceFacts): Record<string, Wanted> {
  const { width, height } = PROFILES[layout.profile];
  return {
    programme: live(facts.programme),
    slides: live(facts.slides),
    background: {
      kinds: ['color_source_v3', 'color_source_v2', 'color_source'],
      settings: { color: 0xff1c1510, width, height },
    },
    title: {
      kinds: ['text_gdiplus_v3', 'text_gdiplus_v2', 'text_ft2_source_v2'],
      settings: titleSettings(facts.title),
    },
  };
}

/**
 * Makes the four sources exist with these settings and sound like the layout says; what is right already is left alone, what OBS
 * refuses is noted.
 */
export async function applyInputs(obs: Obs, layout: Layout, facts: SourceFacts): Promise<void> {
  const kindsThere = (await obs.ask('GetInputKindList'))?.inputKinds ?? [];
  const existing = new Set((await obs.ask('GetInputList'))?.inputs.map(({ inputName }) => inputName));
  const scene = (await obs.ask('GetSceneList'))?.scenes[0]?.sceneName as string | undefined;
  for (const [source, { kinds, settings }] of Object.entries(wanted(layout, facts))) {
    const inputName = inputNameOf(source);
    if (!existing.has(inputName)) {
      const inputKind = kinds.find((kind) => kindsThere.includes(kind));
      if (!inputKind) obs.refusals.set(`CreateInput ${inputName}`, `this OBS knows none of ${kinds.join(', ')}`);
      else if (scene !== undefined)
        await obs.ask('CreateInput', { sceneName: scene, inputName, inputKind, inputSettings: settings });
      continue;
    }
    // A media source that is told its settings again reconnects, so equal ones must not be sent.
    const now = (await obs.ask('GetInputSettings', { inputName }))?.inputSettings as unknown as Settings | undefined;
    const differs = now && Object.entries(settings).some(([key, value]) => !same(now[key], value));
    if (differs) await obs.ask('SetInputSettings', { inputName, inputSettings: settings });
  }
  await silenceDevices(obs);
  for (const name of ['programme', 'slides'] as const) await applyAudio(obs, inputNameOf(name), layout.audio[name]);
}

async function applyAudio(obs: Obs, inputName: string, audio: AudioSettings): Promise<void> {
  await obs.ask('SetInputMute', { inputName, inputMuted: audio.muted });
  await obs.ask('SetInputVolume', { inputName, inputVolumeDb: audio.volumeDb });
  await obs.ask('SetInputAudioBalance', { inputName, inputAudioBalance: (audio.balance + 1) / 2 });
  await obs.ask('SetInputAudioSyncOffset', { inputName, inputAudioSyncOffset: audio.syncOffsetMs });
  const tracks = Object.fromEntries([1, 2, 3, 4, 5, 6].map((track) => [`${track}`, audio.tracks.includes(track)]));
  await obs.ask('SetInputAudioTracks', { inputName, inputAudioTracks: tracks });
}

/** A fresh OBS listens to the machine's desktop and microphone; neither belongs into an event's sound. */
async function silenceDevices(obs: Obs): Promise<void> {
  const special = (await obs.ask('GetSpecialInputs')) ?? {};
  for (const inputName of Object.values(special).filter((name) => typeof name === 'string'))
    await obs.ask('RemoveInput', { inputName });
}

const same = (a: unknown, b: unknown): boolean =>
  typeof b === 'object' && b !== null && typeof a === 'object' && a !== null
    ? Object.entries(b).every(([key, value]) => same((a as Settings)[key], value))
    : a === b;
