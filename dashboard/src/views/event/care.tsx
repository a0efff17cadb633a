/** Commands that change what runs without changing what it is for: another image, more or fewer of what the template counts. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TemplateList } from '../../../../contract/api/template.ts';
import { ask } from '../../api/client.ts';
import { Choose } from '../../parts/choose.tsx';
import { about, Field } from '../../parts/field.tsx';
import { Press } from '../../parts/press.tsx';
import { nameIn } from '../../say/sentence.ts';
import { event } from '../../state/live.ts';
import { operations } from '../../state/operations.ts';
import { t } from '../../texts/index.ts';

export function Replace({ refusal }: { refusal: string | undefined }) {
  const now = event.value;
  const image = useSignal('');
  const chosen = useSignal<string | undefined>(undefined);
  if (!now) return null;
  const groups = (now.connection?.components ?? []).filter(({ kind }) => kind === 'containers');
  const component = chosen.value ?? groups[0]?.component;
  const name = component === undefined ? '' : nameIn(now.components, component);
  const place = `${now.event} replace ${component}`;
  return (
    <>
      <Choose
        label={t('component')}
        value={component}
        options={groups.map((one) => [one.component, nameIn(now.components, one.component)])}
        pick={(picked) => {
          chosen.value = picked;
        }}
      />
      <Field
        label={t('replace.image')}
        hint={t('replace.imageHint')}
        errors={about(operations.value[place]?.errors ?? [], 'image', 'component')}
      >
        {(attributes) => (
          <input
            {...attributes}
            value={image.value}
            autoCapitalize="none"
            spellcheck={false}
            onInput={(typed) => {
              image.value = typed.currentTarget.value.trim();
            }}
          />
        )}
      </Field>
      <Press
        given={{
          place,
          path: `/api/events/${now.event}/relay`,
          body: { ...(component ? { component } : {}), ...(image.value ? { image: image.value } : {}) },
        }}
        consequence={t('replace.what', { name })}
        sure={t('replace.sure', { name })}
        refusal={refusal ?? (component === undefined ? t('replace.nothing') : undefined)}
        done={({ phase }) => {
          if (phase === 'done') image.value = '';
        }}
      >
        {t('replace.do', { name })}
      </Press>
    </>
  );
}

/** How many there are now of a component that the template counts. */
const standing = (component: string): number =>
  event.value?.components.filter(({ component: id }) => new RegExp(`^${component}-\\d+$`).test(id)).length ?? 0;

export function Scale({ refusal }: { refusal: string | undefined }) {
  const now = event.value;
  const counted = useSignal<readonly string[] | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const wanted = useSignal<number | undefined>(undefined);
  const template = now?.template;
  useEffect(() => {
    ask<TemplateList>('/api/templates').then(
      ({ templates }) => {
        const own = templates.find(({ name }) => name === template)?.components ?? [];
        counted.value = own.filter(({ count }) => count !== undefined).map((one) => one.component);
      },
      // What cannot be known is refused by the control plane itself.
      () => {
        counted.value = [];
      },
    );
  }, [template]);
  if (!now) return null;
  const component = chosen.value ?? counted.value?.[0];
  const there = component === undefined ? 0 : standing(component);
  const count = wanted.value ?? there;
  const place = `${now.event} scale ${component}`;
  const none = counted.value?.length === 0 ? t('scale.nothing', { template: now.template }) : undefined;
  return (
    <>
      {(counted.value?.length ?? 0) > 1 && (
        <Choose
          label={t('component')}
          value={component}
          options={(counted.value ?? []).map((one) => [one, one])}
          pick={(picked) => {
            chosen.value = picked;
            wanted.value = undefined;
          }}
        />
      )}
      {none === undefined && component !== undefined && (
        <Field
          label={t('scale.count', { component })}
          hint={t('scale.now', { n: there })}
          errors={about(operations.value[place]?.errors ?? [], 'count', 'component')}
        >
          {(attributes) => (
            <input
              {...attributes}
              type="number"
              min={0}
              value={count}
              onInput={(typed) => {
                wanted.value = typed.currentTarget.valueAsNumber || 0;
              }}
            />
          )}
        </Field>
      )}
      <Press
        given={{ place, path: `/api/events/${now.event}/scale`, body: { component, count } }}
        consequence={t('scale.what')}
        refusal={refusal ?? none}
        first={count === there ? t('scale.choose') : undefined}
        {...(count < there ? { sure: t('scale.sure', { n: there - count }) } : {})}
        done={({ phase }) => {
          if (phase === 'done') wanted.value = undefined;
        }}
      >
        {t('scale.do')}
      </Press>
    </>
  );
}
