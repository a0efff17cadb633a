/** Which sound of the programme each language gets. */
import { z } from 'zod';
import { FLOOR, soundProblem, wishOf } from '../../contract/stream-id.ts';
import { codeOfLanguage } from '../language-names.ts';
import { own } from '../own.ts';

/** A code, a track or `floor`; a number becomes text. */
export const soundField = z.union([z.number(), z.string().max(40)]).transform((given, ctx) => {
  const text = String(given).trim().toLowerCase();
  const message = soundProblem(text);
  if (message === undefined) return text;
  ctx.issues.push({ code: 'custom', message, input: given });
  return z.NEVER;
});

/** What a language gets that nobody asked anything for: by the template's table, else by its name, else the floor's sound. */
export const usualSound = ({ audio }: { audio?: Record<string, string> | undefined }, language: string): string =>
  own(audio ?? {}, language) ?? codeOfLanguage(language) ?? FLOOR;

/** Languages that hear the same, two or more, as sentences: it is allowed, and may be a mistake. */
export function sharedSounds(sounds: readonly (readonly [language: string, sound: string])[]): string[] {
  const bySound = new Map<string, string[]>();
  for (const [language, sound] of sounds) {
    const wish = wishOf(sound);
    if (wish === undefined) continue;
    bySound.set(`${wish}`, [...(bySound.get(`${wish}`) ?? []), language]);
  }
  return [...bySound].flatMap(([wish, languages]) =>
    languages.length > 1 ? [`${languages.join(' and ')} have the same sound, ${wish}`] : [],
  );
}
