import { useSignal } from '@preact/signals';
import type { TemplateAnswer, TemplateList } from '../../../../contract/api/template.ts';
import { about, Field } from '../../parts/field.tsx';
import { KeyField } from '../../parts/key-field.tsx';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { Chips } from './chips.tsx';
import { EachLanguage } from './each.tsx';
import { Parameters } from './parameters.tsx';
import { change, chosenLanguages, draft, judgement } from './state.ts';

const TTLS = ['4h', '8h', '24h', '3d'];

export function Form({ templates, template }: { templates: TemplateList['templates']; template: TemplateAnswer }) {
  const more = useSignal(false);
  const { event, environment, keys, region, ttl, startsAt, cidrs, budget, budgetAction, keepOnFailure } = draft.value;
  const errors = judgement.value?.errors ?? [];
  const languages = chosenLanguages.value;
  const known = template.environments[environment];
  const slug = judgement.value?.plan?.event;
  return (
    <form class="form" autoComplete="off" onSubmit={(sent) => sent.preventDefault()}>
      <Field
        label={t('new.name')}
        hint={slug && slug !== event.trim() ? t('new.slug', { slug }) : t('new.nameHint')}
        errors={about(errors, 'event', 'title')}
      >
        {(attributes) => (
          <input
            {...attributes}
            value={event}
            maxLength={100}
            placeholder={t('new.namePlaceholder')}
            onInput={(typed) => change({ event: typed.currentTarget.value })}
          />
        )}
      </Field>
      {templates.length > 1 && (
        <Field label={t('new.template')} hint={template.description} errors={about(errors, 'template')}>
          {(attributes) => (
            <select
              {...attributes}
              value={template.name}
              onChange={(picked) =>
                change({ template: picked.currentTarget.value, languages: undefined, parameters: {} })
              }
            >
              {templates.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <fieldset class="choice">
        <legend>{t('new.environment')}</legend>
        <div class="segments">
          {Object.keys(template.environments).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="environment"
                checked={one === environment}
                onChange={() => change({ environment: one })}
              />
              <span>{said('environment', one)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Chips errors={about(errors, 'languages')} />
      <details class="keys" open={Object.keys(keys).length > 0}>
        <summary>{t('new.keys')}</summary>
        <p class="hint">{t('new.keysHint')}</p>
        {languages.map((language) => (
          <KeyField
            key={language}
            label={languageName(language)}
            value={keys[language] ?? ''}
            errors={about(errors, `youtubeKeys.${language}`)}
            change={(key) => change({ keys: { ...keys, [language]: key } })}
          />
        ))}
        {errors
          .filter(({ path }) => path === 'youtubeKeys')
          .map(({ message }) => (
            <p key={message} class="errors">
              ▲ {message}
            </p>
          ))}
      </details>
      <EachLanguage errors={errors} />
      <div class="pair">
        <Field label={t('new.ttl')} hint={t('new.ttlHint', { ttl: known?.ttl ?? '' })} errors={about(errors, 'ttl')}>
          {(attributes) => (
            <>
              <input
                {...attributes}
                value={ttl}
                placeholder={known?.ttl}
                list="ttls"
                onInput={(typed) => change({ ttl: typed.currentTarget.value })}
              />
              <datalist id="ttls">
                {TTLS.map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field label={t('new.starts')} hint={t('new.startsHint')} errors={about(errors, 'startsAt')}>
          {(attributes) => (
            <input
              {...attributes}
              type="datetime-local"
              value={startsAt}
              onInput={(typed) => change({ startsAt: typed.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <button
        type="button"
        class="quiet"
        aria-expanded={more.value}
        onClick={() => {
          more.value = !more.value;
        }}
      >
        {t(more.value ? 'new.less' : 'new.more')}
      </button>
      {more.value && (
        <>
          <Field label={t('new.region')} errors={about(errors, 'region', 'regions')}>
            {(attributes) => (
              <select
                {...attributes}
                value={region}
                onChange={(picked) => change({ region: picked.currentTarget.value })}
              >
                <option value="">{t('new.regionDefault')}</option>
                {known?.regions.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('new.cidrs')} hint={t('new.cidrsHint')} errors={about(errors, 'operatorCidrs')}>
            {(attributes) => (
              <input
                {...attributes}
                value={cidrs}
                placeholder="203.0.113.7/32"
                spellcheck={false}
                onInput={(typed) => change({ cidrs: typed.currentTarget.value })}
              />
            )}
          </Field>
          <div class="pair">
            <Field label={t('new.budget')} errors={about(errors, 'budget')}>
              {(attributes) => (
                <input
                  {...attributes}
                  type="number"
                  min="0"
                  step="any"
                  inputMode="decimal"
                  value={budget}
                  onInput={(typed) => change({ budget: typed.currentTarget.value })}
                />
              )}
            </Field>
            <Field label={t('new.budgetAction')}>
              {(attributes) => (
                <select
                  {...attributes}
                  value={budgetAction}
                  onChange={(picked) => change({ budgetAction: picked.currentTarget.value })}
                >
                  {(['warn', 'refuse', 'end'] as const).map((one) => (
                    <option key={one} value={one}>
                      {t(`budget.${one}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <Parameters template={template} errors={errors} />
          <label class="check">
            <input
              type="checkbox"
              checked={keepOnFailure}
              onChange={(changed) => change({ keepOnFailure: changed.currentTarget.checked })}
            />
            <span>{t('new.keep')}</span>
          </label>
        </>
      )}
    </form>
  );
}
