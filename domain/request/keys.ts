import { languagesMeant } from '../language-names.ts';
import { keyProblem, sharedKey } from '../stream-key.ts';

type Report = (path: string, message: string) => void;

/**
 * Brings stream keys, given as an object or as a list in language order, into one object by language.
 * Keys must cover every language, each its own. Neither a key nor a name the caller made up is ever quoted: either may be a
 * secret in the wrong place.
 */
export function keysByLanguage(
  given: Record<string, string> | string[],
  languages: readonly string[],
  problem: Report,
): Record<string, string> | undefined {
  return Array.isArray(given) ? fromList(given, languages, problem) : fromObject(given, languages, problem);
}

function fromList(given: string[], languages: readonly string[], problem: Report): Record<string, string> {
  if (given.length !== languages.length)
    problem('youtubeKeys', `must have one key per language: ${languages.length} languages, ${given.length} keys`);
  judge(
    given.map((key, index) => [`youtubeKeys[${index}]`, key]),
    languages,
    problem,
  );
  return Object.fromEntries(given.map((key, index) => [languages[index] ?? `${index}`, key]));
}

function fromObject(
  given: Record<string, string>,
  languages: readonly string[],
  problem: Report,
): Record<string, string> {
  const foreign = Object.keys(given).filter((language) => !languages.includes(language)).length;
  if (foreign > 0)
    problem('youtubeKeys', `has ${foreign} ${foreign === 1 ? 'entry' : 'entries'} for no language of this event`);
  const missing = languages.filter((language) => !Object.hasOwn(given, language));
  if (missing.length > 0)
    problem('youtubeKeys', `has no key for ${missing.join(', ')}; give a key for every language, or none at all`);
  judge(
    languages.flatMap((language) =>
      Object.hasOwn(given, language) ? [[`youtubeKeys.${language}`, given[language] ?? ''] as const] : [],
    ),
    languages,
    problem,
  );
  return { ...given };
}

/** What no key can be, and one key for two languages: the second would throw the first off the air. */
function judge(keys: readonly (readonly [path: string, key: string])[], languages: readonly string[], problem: Report) {
  for (const [path, key] of keys) {
    const wrong =
      keyProblem(key) ??
      (languages.includes(key) || languagesMeant(key).length > 0 ? 'is the name of a language' : undefined);
    if (wrong) problem(path, wrong);
  }
  const shared = sharedKey(keys);
  if (shared) problem(shared[1], `is the same key as ${shared[0]}: every language needs its own`);
}
