/** What is said of one language where a request says it: which sound of the programme it gets, how it is mixed. */
import type { FieldError } from '../../../contract/api/problem.ts';
import { said, t } from '../texts/index.ts';
import { languageName } from '../texts/languages.ts';
import { about, Field } from './field.tsx';

interface OfLanguage {
  language: string;
  value: string;
  errors: readonly FieldError[];
  change: (value: string) => void;
}

/** @param now what it gets as long as nothing else is said. @param list id of a datalist of the sounds there are */
export const SoundField = ({
  language,
  value,
  errors,
  change,
  now,
  list,
}: OfLanguage & { now?: string | undefined; list?: string }) => (
  <Field
    label={t('new.sound', { name: languageName(language) })}
    hint={now && t('sound.now', { sound: said('sound', now) })}
    errors={about(errors, `audio.${language}`)}
  >
    {(attributes) => (
      <input
        {...attributes}
        type="text"
        value={value}
        placeholder={now ?? t('new.soundUsual')}
        autoCapitalize="none"
        spellcheck={false}
        {...(list ? { list } : {})}
        onInput={(typed) => change(typed.currentTarget.value.trim())}
      />
    )}
  </Field>
);

/** Nothing where there is only one way. */
export const MixingField = ({ language, value, errors, change, ways }: OfLanguage & { ways: readonly string[] }) =>
  ways.length < 2 ? null : (
    <Field label={t('new.mixing', { name: languageName(language) })} errors={about(errors, `mixing.${language}`)}>
      {(attributes) => (
        <select
          {...attributes}
          value={value || (ways[0] ?? '')}
          onChange={(picked) => change(picked.currentTarget.value)}
        >
          {ways.map((way) => (
            <option key={way} value={way}>
              {said('mixing', way)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
