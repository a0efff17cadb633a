/** What is said of sound tracks, in the health and in words. */
import type { Feed } from './feed.ts';
import type { Track } from './tracks.ts';

export interface TrackState {
  track: number;
  /** Where it comes; not for the public health page. */
  pid: number;
  language: string | null;
  codec: string;
  heard: boolean;
  /** Bits per second. */
  bitrate: number;
}

export const trackStates = (feed: Feed): TrackState[] =>
  feed.source.tracks.map(({ number, pid, language, codec, heard }) => ({
    track: number,
    pid,
    language: language ?? null,
    codec,
    heard,
    bitrate: feed.rates.of(pid),
  }));

/** What is wrong with the tracks, one sentence each. */
export function trackWarnings(
  tracks: readonly Track[],
  wishes: readonly { wish: string; track: number | null }[],
): string[] {
  const deaf = [...new Set(tracks.flatMap(({ heard, codec }) => (heard ? [] : [codec])))];
  const missing = wishes.flatMap(({ wish, track }) => (track === null ? [wish] : []));
  const has = tracks.map(({ number, language }) => `${number}${language ? ` ${language}` : ''}`).join(', ');
  const all = tracks.length === deaf.length && deaf.length === 1;
  return [
    ...deaf.map((codec) =>
      all
        ? `${codec} is not supported, silence is sent instead; send AAC`
        : `${codec} is not supported, silence is sent on such tracks; send AAC`,
    ),
    ...(missing.length === 0
      ? []
      : [
          `callers who ask for sound track ${missing.join(' or ')} get the floor's: the programme has ${has || 'no sound'}`,
        ]),
  ];
}
