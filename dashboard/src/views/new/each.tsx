/** What may be said of single languages: how each is mixed, where the template offers several ways, and which sound of the programme it gets. */
import type { FieldError } from '../../../../contract/api/problem.ts';
import { about, Field } from '../../parts/field.tsx';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { change, chosenLanguages, draft, mixings } from './state.ts';

export function EachLanguage({ errors }: { errors: readonly FieldError[] }) {
  const { mixing, audio } = draft.value;
  const languages = chosenLanguages.value;
  const ways = mixings.value;
  if (languages.length === 0) return null;
  const isSaid = Object.keys({ ...mixing, ...audio }).length > 0;
  return (
    <details class="keys" open={isSaid || about(errors, 'mixing', 'audio').length > 0}>
      <summary>{t('new.each')}</summary>
      <p class="hint">{t('new.eachHint')}</p>
      {languages.map((language) => (
        <div key={language} class="pair">
          <Field label={t('new.sound', { name: languageName(language) })} errors={about(errors, `audio.${language}`)}>
            {(attributes) => (
              <input
                {...attributes}
                value={audio[language] ?? ''}
                placeholder={t('new.soundUsual')}
                autoCapitalize="none"
                spellcheck={false}
                onInput={(typed) => change({ audio: { ...audio, [language]: typed.currentTarget.value.trim() } })}
              />
            )}
          </Field>
          {ways.length > 1 && (
            <Field
              label={t('new.mixing', { name: languageName(language) })}
              errors={about(errors, `mixing.${language}`)}
            >
              {(attributes) => (
                <select
                  {...attributes}
                  value={mixing[language] ?? ways[0]}
                  onChange={(picked) => change({ mixing: { ...mixing, [language]: picked.currentTarget.value } })}
                >
                  {ways.map((way) => (
                    <option key={way} value={way}>
                      {said('mixing', way)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
        </div>
      ))}
    </details>
  );
}
