/** The sound tracks of a programme: what its PMT says of them, and which of them a wish means. */
import { languageCode, MOST_TRACKS, type Wish } from '../../contract/stream-id.ts';
import { AAC, audioName } from './codecs.ts';
import type { Stream } from './psi.ts';

export interface Track {
  /** From 1 on, in the order of the PMT. */
  number: number;
  pid: number;
  /** ISO 639 code as it came, lower case. */
  language: string | undefined;
  codec: string;
  /** AAC in ADTS; what is not cannot follow the slate's silence, and is replaced by silence. */
  heard: boolean;
}

/** ISO 639 language descriptor (ISO/IEC 13818-1, 2.6.18). */
const LANGUAGE_TAG = 0x0a;

function languageOf(descriptors: Buffer): string | undefined {
  for (let at = 0; at + 2 <= descriptors.length; at += 2 + descriptors.readUInt8(at + 1)) {
    if (descriptors.readUInt8(at) !== LANGUAGE_TAG || descriptors.readUInt8(at + 1) < 3) continue;
    const code = descriptors.toString('latin1', at + 2, at + 5).toLowerCase();
    return /^[a-z]{3}$/.test(code) && code !== 'und' ? code : undefined;
  }
  return undefined;
}

export const tracksOf = (streams: readonly Stream[]): Track[] =>
  streams
    .flatMap((stream) => {
      const codec = audioName(stream);
      return codec === undefined ? [] : [{ stream, codec }];
    })
    .slice(0, MOST_TRACKS)
    .map(({ stream, codec }, index) => ({
      number: index + 1,
      pid: stream.pid,
      language: languageOf(stream.descriptors),
      codec,
      heard: stream.type === AAC,
    }));

/** The track that nobody had to ask for: the first that can be heard. */
export const floorOf = (tracks: readonly Track[]): Track | undefined => tracks.find(({ heard }) => heard) ?? tracks[0];

/** The track that is wished for; undefined when the programme has none such. */
export const wished = (tracks: readonly Track[], wish: Wish): Track | undefined =>
  wish === undefined
    ? floorOf(tracks)
    : tracks.find(({ number, language }) => number === wish || (language && languageCode(language) === wish));
