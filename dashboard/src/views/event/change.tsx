/** Changes that carry secrets or lists: languages of a live event, and its stream keys. Keys are never shown, kept or filled in by the browser. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TemplateAnswer } from '../../../../contract/api/template.ts';
import { ask } from '../../api/client.ts';
import { about, Field } from '../../parts/field.tsx';
import { KeyField } from '../../parts/key-field.tsx';
import { MixingField, SoundField } from '../../parts/of-language.tsx';
import { Press } from '../../parts/press.tsx';
import { mixingsOf } from '../../say/mixing.ts';
import { event, relays } from '../../state/live.ts';
import { operations } from '../../state/operations.ts';
import { t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { soundOf } from './row.tsx';

export const languagesIn = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
];

type ByLanguage = Readonly<Record<string, string>>;
/** Entries that say something, of these languages. */
const said = (all: ByLanguage, languages: readonly string[]): ByLanguage =>
  Object.fromEntries(languages.flatMap((language) => (all[language] ? [[language, all[language]]] : [])));

/** The ways in which the event's template mixes a language. */
function useMixings(template: string | undefined) {
  const ways = useSignal<readonly string[]>([]);
  useEffect(() => {
    if (template === undefined) return;
    ask<TemplateAnswer>(`/api/templates/${encodeURIComponent(template)}`).then(
      (found) => {
        ways.value = mixingsOf(found);
      },
      // What cannot be known is as usual.
      () => {},
    );
  }, [template]);
  return ways;
}

/** Id of the list of sounds that the programme has now. */
const SOUNDS = 'sounds';
function Sounds() {
  const tracks = relays.value.flatMap(({ health }) => (Array.isArray(health?.tracks) ? health.tracks : []));
  const codes = tracks.flatMap(({ language }: { language?: unknown }) =>
    typeof language === 'string' ? [language] : [],
  );
  return (
    <datalist id={SOUNDS}>
      {[...new Set([...codes, 'floor'])].map((code) => (
        <option key={code} value={code} />
      ))}
    </datalist>
  );
}

export function ChangeLanguages({ refusal }: { refusal: string | undefined }) {
  const now = event.value;
  const adding = useSignal('');
  const removing = useSignal<readonly string[]>([]);
  const keys = useSignal<ByLanguage>({});
  const audio = useSignal<ByLanguage>({});
  const mixing = useSignal<ByLanguage>({});
  const ways = useMixings(now?.template);
  if (!now) return null;
  const add = languagesIn(adding.value);
  const given = said(keys.value, add);
  const heard = said(audio.value, add);
  const mixed = said(mixing.value, add);
  const place = `${now.event} languages`;
  const errors = operations.value[place]?.errors ?? [];
  const body = {
    ...(add.length > 0 ? { add } : {}),
    ...(removing.value.length > 0 ? { remove: removing.value } : {}),
    ...(Object.keys(given).length > 0 ? { youtubeKeys: given } : {}),
    ...(Object.keys(heard).length > 0 ? { audio: heard } : {}),
    ...(Object.keys(mixed).length > 0 ? { mixing: mixed } : {}),
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
        <div key={language} class="of-language">
          <KeyField
            label={t('keys.of', { name: languageName(language) })}
            value={keys.value[language] ?? ''}
            errors={about(errors, `youtubeKeys.${language}`)}
            change={(key) => {
              keys.value = { ...keys.value, [language]: key };
            }}
          />
          <SoundField
            language={language}
            value={audio.value[language] ?? ''}
            errors={errors}
            list={SOUNDS}
            change={(sound) => {
              audio.value = { ...audio.value, [language]: sound };
            }}
          />
          <MixingField
            language={language}
            value={mixing.value[language] ?? ''}
            errors={errors}
            ways={ways.value}
            change={(way) => {
              mixing.value = { ...mixing.value, [language]: way };
            }}
          />
        </div>
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
          audio.value = {};
          mixing.value = {};
        }}
      >
        {t('languages.do')}
      </Press>
    </>
  );
}

/** Which sound of the programme each language gets: followed within seconds, and nothing else changes. */
export function ChangeSound({ refusal }: { refusal: string | undefined }) {
  const now = event.value;
  const audio = useSignal<ByLanguage>({});
  if (!now) return null;
  const place = `${now.event} sound`;
  const errors = operations.value[place]?.errors ?? [];
  const changed = said(audio.value, now.languages);
  return (
    <>
      <p class="hint">{t('sound.hint')}</p>
      <Sounds />
      <div class="of-language">
        {now.languages.map((language) => (
          <SoundField
            key={language}
            language={language}
            value={audio.value[language] ?? ''}
            errors={errors}
            now={soundOf(language)}
            list={SOUNDS}
            change={(sound) => {
              audio.value = { ...audio.value, [language]: sound };
            }}
          />
        ))}
      </div>
      <Press
        given={{ place, path: `/api/events/${now.event}/languages`, body: { audio: changed } }}
        consequence={t('sound.what')}
        refusal={refusal}
        first={Object.keys(changed).length === 0 ? t('sound.choose') : undefined}
        done={({ phase }) => {
          if (phase === 'done') audio.value = {};
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
        class="quiet start"
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
