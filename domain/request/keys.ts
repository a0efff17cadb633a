/**
 * Brings stream keys, given as an object or as a list in language order, into one object by language.
 * Keys must cover every language. Neither a key nor a name the caller made up is ever quoted: either may be a secret in the wrong place.
 */
export function keysByLanguage(
  given: Record<string, string> | string[],
  languages: readonly string[],
  problem: (path: string, message: string) => void,
): Record<string, string> | undefined {
  if (Array.isArray(given)) {
    if (given.length !== languages.length)
      problem('youtubeKeys', `must have one key per language: ${languages.length} languages, ${given.length} keys`);
    return Object.fromEntries(given.map((key, index) => [languages[index] ?? `${index}`, key]));
  }
  const foreign = Object.keys(given).filter((language) => !languages.includes(language)).length;
  if (foreign > 0)
    problem('youtubeKeys', `has ${foreign} ${foreign === 1 ? 'entry' : 'entries'} for no language of this event`);
  const missing = languages.filter((language) => !Object.hasOwn(given, language));
  if (missing.length > 0)
    problem('youtubeKeys', `has no key for ${missing.join(', ')}; give a key for every language, or none at all`);
  return { ...given };
}
