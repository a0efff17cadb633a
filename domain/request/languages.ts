/** What a request says of single languages: how each is mixed, and which sound of the programme it gets. */
import { z } from 'zod';
import { languageHint } from '../language-names.ts';
import { own } from '../own.ts';
import { hasLanguages, mixingsOf, type Template } from '../template/schema.ts';
import { type Problem, unknownField } from './problems.ts';
import { soundField } from './sounds.ts';

export const mixingField = z
  .record(z.string(), z.string().max(40))
  .meta({ description: 'How languages are mixed, as the template offers it; the usual way by default' });
export const audioField = z.record(z.string(), soundField).meta({
  description: "The programme's sound by language: an ISO 639 code, a track's number or floor; by name by default",
});

type ByLanguage = Record<string, string>;

export interface OfLanguages {
  /** By language, where it was asked for. */
  mixing?: ByLanguage;
  audio?: ByLanguage;
}

/**
 * What was asked for single languages, as far as it says something.
 * @param languages those that may be named
 */
export function readOfLanguages(
  template: Template,
  languages: readonly string[],
  { mixing = {}, audio = {} }: { mixing?: ByLanguage | undefined; audio?: ByLanguage | undefined },
  problems: Problem[],
): OfLanguages {
  foreign(template, languages, 'mixing', mixing, problems);
  foreign(template, languages, 'audio', audio, problems);
  const ways = mixingsOf(template);
  const mixed = languages.flatMap((language): [string, string][] => {
    const way = own(mixing, language);
    if (way === undefined) return [];
    if (ways.includes(way)) return [[language, way]];
    problems.push({
      path: `mixing.${language}`,
      message:
        ways.length === 0
          ? `template ${template.name} mixes all languages in one way; leave it out`
          : `must be one of ${ways.join(', ')}`,
    });
    return [];
  });
  const heard = languages.flatMap((language): [string, string][] => {
    const sound = own(audio, language);
    return sound === undefined ? [] : [[language, sound]];
  });
  return {
    ...(mixed.length > 0 ? { mixing: Object.fromEntries(mixed) } : {}),
    ...(heard.length > 0 ? { audio: Object.fromEntries(heard) } : {}),
  };
}

/** The same without ways that are the usual ones: what means the same is the same request. */
export function withoutUsual(template: Template, { mixing = {}, ...rest }: OfLanguages): OfLanguages {
  const others = Object.entries(mixing).filter(([, way]) => way !== mixingsOf(template)[0]);
  return { ...rest, ...(others.length > 0 ? { mixing: Object.fromEntries(others) } : {}) };
}

function foreign(
  template: Template,
  languages: readonly string[],
  field: string,
  given: ByLanguage,
  problems: Problem[],
): void {
  const unknown = Object.keys(given).filter((language) => !languages.includes(language));
  if (unknown.length > 0 && !hasLanguages(template)) {
    problems.push({ path: field, message: `template ${template.name} has nothing for each language; leave it out` });
    return;
  }
  for (const language of unknown) {
    const there = languages.length > 0 ? `there are ${languages.join(', ')}` : 'there is none';
    problems.push(
      unknownField(field, language, `is no language it can be said of; ${there}${languageHint(language, languages)}`),
    );
  }
}
