/** Changes that carry secrets or lists: languages of a live event, and its stream keys. Keys are never shown, kept or filled in by the browser. */
import { useSignal } from '@preact/signals';
import { Choose } from '../../parts/choose.tsx';
import { about, Field } from '../../parts/field.tsx';
import { KeyField } from '../../parts/key-field.tsx';
import { Press } from '../../parts/press.tsx';
import { event } from '../../state/live.ts';
import { operations } from '../../state/operations.ts';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';

export const languagesIn = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
];

export function ChangeLanguages({ refusal }: { refusal: string | undefined }) {
  const now = event.value;
  const adding = useSignal('');
  const removing = useSignal<readonly string[]>([]);
  const keys = useSignal<Readonly<Record<string, string>>>({});
  if (!now) return null;
  const add = languagesIn(adding.value);
  const given = Object.fromEntries(
    add.flatMap((language) => (keys.value[language] ? [[language, keys.value[language]]] : [])),
  );
  const place = `${now.event} languages`;
  const errors = operations.value[place]?.errors ?? [];
  const body = {
    ...(add.length > 0 ? { add } : {}),
    ...(removing.value.length > 0 ? { remove: removing.value } : {}),
    ...(Object.keys(given).length > 0 ? { youtubeKeys: given } : {}),
  };
  return (
    <>
      <Field label={t('languages.add')} hint={t('languages.addHint')} errors={about(errors, 'add')}>
        {(attributes) => (
          <input
            {...attributes}
            value={adding.value}
            autoCapitalize="none"
            spellcheck={false}
            onInput={(typed) => {
              adding.value = typed.currentTarget.value;
            }}
          />
        )}
      </Field>
      {add.map((language) => (
        <KeyField
          key={language}
          label={t('keys.of', { name: languageName(language) })}
          value={keys.value[language] ?? ''}
          errors={about(errors, `youtubeKeys.${language}`)}
          change={(key) => {
            keys.value = { ...keys.value, [language]: key };
          }}
        />
      ))}
      <fieldset class="checks">
        <legend>{t('languages.remove')}</legend>
        {now.languages.map((language) => (
          <label key={language} class="check">
            <input
              type="checkbox"
              checked={removing.value.includes(language)}
              onChange={(changed) => {
                const others = removing.value.filter((one) => one !== language);
                removing.value = changed.currentTarget.checked ? [...others, language] : others;
              }}
            />
            <span>{languageName(language)}</span>
          </label>
        ))}
      </fieldset>
      <Press
        given={{ place, path: `/api/events/${now.event}/languages`, body }}
        consequence={t('languages.what')}
        refusal={refusal}
        first={Object.keys(body).length === 0 ? t('languages.nothing') : undefined}
        {...(removing.value.length > 0
          ? { sure: t('languages.sure', { names: removing.value.map(languageName).join(', ') }) }
          : {})}
        done={({ phase }) => {
          if (phase !== 'done') return;
          adding.value = '';
          removing.value = [];
          keys.value = {};
        }}
      >
        {t('languages.do')}
      </Press>
    </>
  );
}

/** Which sound of the programme a language gets: followed within seconds, and nothing else changes. */
export function ChangeSound({ refusal }: { refusal: string | undefined }) {
  const now = event.value;
  const chosen = useSignal<string | undefined>(undefined);
  const sound = useSignal('');
  if (!now) return null;
  const language = chosen.value && now.languages.includes(chosen.value) ? chosen.value : now.languages[0];
  if (language === undefined) return null;
  const place = `${now.event} sound`;
  const current = now.connection?.mixers.find((one) => one.language === language)?.audio;
  return (
    <>
      <Choose
        label={t('language')}
        value={language}
        options={now.languages.map((one) => [one, languageName(one)])}
        pick={(picked) => {
          chosen.value = picked;
        }}
      />
      <Field
        label={t('sound.field')}
        hint={current ? t('sound.now', { sound: said('sound', current) }) : t('sound.hint')}
        errors={about(operations.value[place]?.errors ?? [], 'audio')}
      >
        {(attributes) => (
          <input
            {...attributes}
            value={sound.value}
            placeholder="fra"
            autoCapitalize="none"
            spellcheck={false}
            onInput={(typed) => {
              sound.value = typed.currentTarget.value.trim();
            }}
          />
        )}
      </Field>
      <Press
        given={{
          place,
          path: `/api/events/${now.event}/languages`,
          body: { audio: { [language]: sound.value } },
        }}
        consequence={t('sound.what', { name: languageName(language) })}
        refusal={refusal}
        first={sound.value === '' ? t('sound.choose') : undefined}
        done={({ phase }) => {
          if (phase === 'done') sound.value = '';
        }}
      >
        {t('sound.do')}
      </Press>
    </>
  );
}

export function ChangeKeys({ languages }: { languages: readonly { language: string; name: string }[] }) {
  const now = event.value;
  const open = useSignal(false);
  const keys = useSignal<Readonly<Record<string, string>>>({});
  if (!now) return null;
  const given = Object.fromEntries(Object.entries(keys.value).filter(([, key]) => key !== ''));
  const place = `${now.event} keys`;
  const errors = operations.value[place]?.errors ?? [];
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {t('keys.open')}
      </button>
      {open.value &&
        languages.map(({ language, name }) => (
          <KeyField
            key={language}
            label={t('keys.of', { name })}
            value={keys.value[language] ?? ''}
            errors={about(errors, `youtubeKeys.${language}`)}
            change={(key) => {
              keys.value = { ...keys.value, [language]: key };
            }}
          />
        ))}
      <Press
        given={{ place, path: `/api/events/${now.event}/keys`, body: { youtubeKeys: given } }}
        consequence={t('keys.what')}
        first={Object.keys(given).length === 0 ? t('keys.nothing') : undefined}
        done={({ phase }) => {
          if (phase === 'done') keys.value = {};
        }}
      >
        {t('keys.do')}
      </Press>
    </>
  );
}
