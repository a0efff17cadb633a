/**
 * What an SRT caller asks the relay for, and what a presenter says it is: SRT stream ids (libsrt, "SRT Access Control"). Clients differ: some
 * send an id whole, some do not decode percent-encoding, some cut it at `#`; so there is a plain form that nobody alters.
 */

/** Sound tracks that a programme may have; more are not looked at. */
export const MOST_TRACKS = 16;

/** In words: the programme's first sound, which callers get that ask for none. */
export const FLOOR = 'floor';

/** Which sound: a track by its number from 1 on, or by language; undefined is the floor's, the programme's first. */
export type Wish = number | string | undefined;

/** ISO 639 codes of one language in one form: `fra`, `fre` and `fr` are `fr`; undefined for what is no code. */
export function languageCode(text: string): string | undefined {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(text)) return undefined;
  try {
    return Intl.getCanonicalLocales(text)[0]?.split('-')[0]?.toLowerCase();
  } catch {
    return undefined;
  }
}

/** A wish in words, the same for the same wish: a number, or a language's code. */
export function wishOf(text: string): Wish {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : undefined;
  if (number !== undefined) return number >= 1 ? number : undefined;
  return languageCode(text);
}

/** What a person may write for a sound: an ISO 639 code, a track's number up to {@link MOST_TRACKS}, or {@link FLOOR}; else why not. */
export function soundProblem(text: string): string | undefined {
  if (text === FLOOR) return undefined;
  if (/^-?\d+$/.test(text)) {
    const track = Number(text);
    return track >= 1 && track <= MOST_TRACKS ? undefined : `must be a track from 1 to ${MOST_TRACKS}`;
  }
  return languageCode(text) === undefined
    ? `must be an ISO 639 code such as fra, a track from 1 to ${MOST_TRACKS}, or ${FLOOR}`
    : undefined;
}

const decoded = (id: string): string => {
  try {
    return /%[0-9a-f]{2}/i.test(id) ? decodeURIComponent(id) : id;
  } catch {
    return id;
  }
};

/**
 * The sound that a caller's stream id asks for: `#!::r=programme,audio=fra`, `audio=2`, or `programme/fra`; percent-encoded or with its
 * first `#` lost as well. What says nothing of sound asks for the floor's.
 */
export function wishIn(id: string): Wish {
  const text = decoded(id).trim();
  const pairs = text.replace(/^#?!::/, '').split(',');
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.split('=');
    if (key.trim().toLowerCase() === 'audio') return wishOf(value.trim());
  }
  const plain = /^[^=,]*\/([^/=,]+)$/.exec(pairs.find((pair) => pair.startsWith('r='))?.slice(2) ?? text);
  return plain ? wishOf(plain[1] ?? '') : undefined;
}

/** The stream id for a wish, in the form that every client sends as it is; undefined for the floor's sound. */
export const streamIdOf = (wish: Wish): string | undefined => (wish === undefined ? undefined : `programme/${wish}`);
