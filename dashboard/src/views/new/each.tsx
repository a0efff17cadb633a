/** What may be said of single languages: how each is mixed, where the template offers several ways, and which sound of the programme it gets. */
import type { FieldError } from '../../../../contract/api/problem.ts';
import { about } from '../../parts/field.tsx';
import { MixingField, SoundField } from '../../parts/of-language.tsx';
import { t } from '../../texts/index.ts';
import { change, chosenLanguages, draft, mixings } from './state.ts';

export function EachLanguage({ errors }: { errors: readonly FieldError[] }) {
  const { mixing, audio } = draft.value;
  const languages = chosenLanguages.value;
  if (languages.length === 0) return null;
  const isSaid = Object.keys({ ...mixing, ...audio }).length > 0;
  return (
    <details class="keys" open={isSaid || about(errors, 'mixing', 'audio').length > 0}>
      <summary>{t('new.each')}</summary>
      <p class="hint">{t('new.eachHint')}</p>
      {languages.map((language) => (
        <div key={language} class="pair">
          <SoundField
            language={language}
            value={audio[language] ?? ''}
            errors={errors}
            change={(sound) => change({ audio: { ...audio, [language]: sound } })}
          />
          <MixingField
            language={language}
            value={mixing[language] ?? ''}
            errors={errors}
            ways={mixings.value}
            change={(way) => change({ mixing: { ...mixing, [language]: way } })}
          />
        </div>
      ))}
    </details>
  );
}
