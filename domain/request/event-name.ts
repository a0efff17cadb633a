import { EVENT_NAME } from '../names.ts';
import { line } from '../text.ts';

export type SlugResult = { ok: true; event: string; title?: string } | { ok: false; message: string };

const RULE =
  'an event name has 3 to 20 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit';

/** Words and numbers: what mixes both in one part, or comes in parts of four as stream keys do, is not repeated. */
const looksLikeWords = (name: string): boolean =>
  name.split('-').every((part) => /^(?:[a-z]+|\d{1,4})$/.test(part)) && !/^(?:[a-z0-9]{4}-){2}/.test(name);

/**
 * Takes an event name as given, or makes one of a title when that is unambiguous (case, accents, spaces and underscores only);
 * the given text is then kept as title. Anything that would lose a character is refused.
 */
export function slugifyEvent(text: string): SlugResult {
  if (EVENT_NAME.test(text)) return { ok: true, event: text };
  const slug = text
    .trim()
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');
  if (EVENT_NAME.test(slug)) return { ok: true, event: slug, title: line(text) };
  const nearest = slug
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+/g, '-')
    .slice(0, 20)
    .replace(/-+$/, '');
  const hint = EVENT_NAME.test(nearest) && looksLikeWords(nearest) ? `; ${JSON.stringify(nearest)} would do` : '';
  return { ok: false, message: `Cannot use this text as event name: ${RULE}${hint}` };
}
