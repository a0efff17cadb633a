/**
 * What a stream key may look like. A leaf: it imports nothing, so that the command line may ask it too, which knows the line.
 * Nothing here ever quotes what it was given.
 */

const LONGEST = 256;

/** A name, then what separates a name from its key in files that people write. */
const WITH_NAME = /^[a-z]{2,12}(-[a-z0-9]{2,8})?[=,;:|]/i;
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/|\brtmps?\.youtube\.com\b|\/live2\//i;
const WRAPPED = /^["'`<([{]|["'`>)\]}]$/;

/** Why a text can be no stream key, as the end of a sentence; undefined when it may be one. */
export function keyProblem(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (/\s/.test(text)) return 'has a space or a line break in it';
  if (/[^\x21-\x7e]/.test(text)) return 'has a character in it that no stream key has';
  if (text.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (ADDRESS.test(text)) return 'is an address: give the stream key alone, without the server';
  if (WITH_NAME.test(text)) return 'is a language and its key in one: give it under its language';
  if (/[,;]/.test(text)) return 'has a comma or semicolon in it: is it more than one key?';
  if (WRAPPED.test(text)) return 'is in quotes or brackets: give the stream key alone';
  return undefined;
}

/** Two places that were given the same key; undefined when each has its own. */
export function sharedKey<Place>(keys: readonly (readonly [place: Place, key: string])[]): [Place, Place] | undefined {
  const seen = new Map<string, Place>();
  for (const [place, key] of keys) {
    const before = seen.get(key);
    if (before !== undefined) return [before, place];
    seen.set(key, place);
  }
  return undefined;
}
