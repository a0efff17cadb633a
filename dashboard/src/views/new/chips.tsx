/** Languages as chips: added by typing, taken off by a press, in the order they are to have. */
import { useSignal } from '@preact/signals';
import type { FieldError } from '../../../../contract/api/problem.ts';
import { Field } from '../../parts/field.tsx';
import { t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { change, chosenLanguages } from './state.ts';

const OFTEN = ['original', 'spanish', 'french', 'german', 'portuguese', 'italian', 'ukrainian', 'arabic', 'chinese'];

export function Chips({ errors }: { errors: readonly FieldError[] }) {
  const typed = useSignal('');
  const all = chosenLanguages.value;
  const add = (text: string) => {
    const given = text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean);
    if (given.length > 0) change({ languages: [...new Set([...all, ...given])] });
    typed.value = '';
  };
  const offered = OFTEN.filter((one) => !all.includes(one)).slice(0, 5);
  return (
    <Field label={t('new.languages')} hint={t('new.languagesHint')} errors={errors} wide>
      {(attributes) => (
        <>
          <ul class="chips" aria-label={t('new.languages')}>
            {all.map((language) => (
              <li key={language} class="chip">
                {languageName(language)}
                <button
                  type="button"
                  aria-label={t('new.languageRemove', { name: languageName(language) })}
                  onClick={() => change({ languages: all.filter((one) => one !== language) })}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
          <input
            {...attributes}
            value={typed.value}
            placeholder={t('new.languageAdd')}
            autoCapitalize="none"
            spellcheck={false}
            onInput={(changed) => {
              const { value } = changed.currentTarget;
              if (/[\s,;]$/.test(value)) add(value);
              else typed.value = value;
            }}
            onKeyDown={(pressed) => {
              if (pressed.key !== 'Enter') return;
              pressed.preventDefault();
              add(typed.value);
            }}
            onBlur={() => add(typed.value)}
          />
          <span class="offers">
            {offered.map((language) => (
              <button type="button" key={language} class="quiet small" onClick={() => add(language)}>
                + {languageName(language)}
              </button>
            ))}
          </span>
        </>
      )}
    </Field>
  );
}
