/** What a build is made of, and whether it is made now or each week. */
import { useSignal } from '@preact/signals';
import { Days } from '../../parts/days.tsx';
import { about, Field } from '../../parts/field.tsx';
import { Press } from '../../parts/press.tsx';
import { operations } from '../../state/operations.ts';
import { t } from '../../texts/index.ts';

/** Programs that a machine gets, each as an address and its SHA-256. */
const FILES = ['agent', 'obs', 'node'] as const;
type File = (typeof FILES)[number];

const words = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
/** What is left empty is the control plane's to choose. */
const filled = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

export function Begin({ image, over }: { image: string; over: () => void }) {
  const files = useSignal<Record<File, { url: string; sha256: string }>>({
    agent: { url: '', sha256: '' },
    obs: { url: '', sha256: '' },
    node: { url: '', sha256: '' },
  });
  const rest = useSignal({ windowsVersion: 'latest', from: '', identity: '', version: '', regions: '' });
  const weekly = useSignal(false);
  const when = useSignal({
    days: ['wednesday'],
    at: '03:30',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const place = `image build ${image}`;
  const errors = (operations.value[place]?.errors ?? []).map((one) => ({
    ...one,
    path: one.path.replace(/^request\./, ''),
  }));
  const text = (label: string, path: string, value: string, set: (to: string) => void, hint?: string) => (
    <Field label={label} errors={about(errors, path)} {...(hint ? { hint } : {})}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          value={value}
          spellcheck={false}
          autoCapitalize="none"
          onInput={(typed) => set(typed.currentTarget.value.trim())}
        />
      )}
    </Field>
  );
  const of = (key: keyof typeof rest.value) => (to: string) => {
    rest.value = { ...rest.value, [key]: to };
  };
  const { regions, version, ...others } = rest.value;
  const places = words(regions);
  const request = {
    ...files.value,
    ...filled(others),
    ...(places.length > 0 ? { regions: places } : {}),
    // Each week has a number of its own.
    ...(version && !weekly.value ? { version } : {}),
  };
  return (
    <form class="form boxed" onSubmit={(sent) => sent.preventDefault()}>
      <p class="hint">{t('images.beginWhat')}</p>
      {FILES.map((file) => (
        <div key={file} class="pair">
          {text(t(`images.file.${file}`), `${file}.url`, files.value[file].url, (url) => {
            files.value = { ...files.value, [file]: { ...files.value[file], url } };
          })}
          {text('SHA-256', `${file}.sha256`, files.value[file].sha256, (sha256) => {
            files.value = { ...files.value, [file]: { ...files.value[file], sha256 } };
          })}
        </div>
      ))}
      {text(
        t('images.windows'),
        'windowsVersion',
        others.windowsVersion,
        of('windowsVersion'),
        t('images.windowsHint'),
      )}
      {text(t('images.from'), 'from', others.from, of('from'), t('images.fromHint'))}
      {text(t('images.identity'), 'identity', others.identity, of('identity'), t('images.identityHint'))}
      {text(t('images.regions'), 'regions', regions, of('regions'), t('images.regionsHint'))}
      <label class="check">
        <input
          type="checkbox"
          checked={weekly.value}
          onChange={(changed) => {
            weekly.value = changed.currentTarget.checked;
          }}
        />
        <span>{t('images.eachWeek')}</span>
      </label>
      {weekly.value ? (
        <>
          <Days
            days={when.value.days}
            set={(days) => {
              when.value = { ...when.value, days };
            }}
          />
          <div class="pair">
            {text(t('images.at'), 'at', when.value.at, (at) => {
              when.value = { ...when.value, at };
            })}
            {text(t('schedule.zone'), 'timeZone', when.value.timeZone, (timeZone) => {
              when.value = { ...when.value, timeZone };
            })}
          </div>
        </>
      ) : (
        text(t('images.version'), 'version', version, of('version'), t('images.versionHint'))
      )}
      <Press
        kind="main"
        given={
          weekly.value
            ? { place, path: `/api/images/${image}/schedule`, body: { ...when.value, request } }
            : { place, path: `/api/images/${image}/builds`, body: request }
        }
        done={({ phase }) => {
          if (phase === 'done') over();
        }}
      >
        {t(weekly.value ? 'schedule.save' : 'images.begin')}
      </Press>
      <button type="button" class="quiet" onClick={over}>
        {t('cancel')}
      </button>
    </form>
  );
}
