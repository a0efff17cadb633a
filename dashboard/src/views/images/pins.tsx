/** Events with a version of their own. */
import { useSignal } from '@preact/signals';
import type { Image } from '../../../../contract/api/images.ts';
import { about, Field } from '../../parts/field.tsx';
import { Press } from '../../parts/press.tsx';
import { operations } from '../../state/operations.ts';
import { t } from '../../texts/index.ts';
import { mayChange } from './versions.tsx';

export function Pins({ image, changed }: { image: Image; changed: () => void }) {
  const event = useSignal('');
  const version = useSignal('');
  const path = `/api/images/${image.image}/pins`;
  const place = `image pin ${image.image}`;
  const errors = operations.value[place]?.errors ?? [];
  const choices = image.versions.filter(({ osState, state }) => osState === 'generalised' && state === 'Succeeded');
  if (image.pins.length === 0 && !mayChange()) return null;
  return (
    <details open={image.pins.length > 0}>
      <summary>{t('images.pins', { n: image.pins.length })}</summary>
      <ul class="differences">
        {image.pins.map((pin) => (
          <li key={pin.event}>
            <strong>{pin.event}</strong> <span class="figures">{pin.version}</span>
            {mayChange() && (
              <Press
                small
                given={{ place: `${place} ${pin.event}`, path, body: { event: pin.event, version: null } }}
                done={changed}
              >
                {t('images.unpin')}
              </Press>
            )}
          </li>
        ))}
      </ul>
      {mayChange() && choices.length > 0 && (
        <form class="form" onSubmit={(sent) => sent.preventDefault()}>
          <div class="pair">
            <Field label={t('new.name')} errors={about(errors, 'event')}>
              {(attributes) => (
                <input
                  {...attributes}
                  type="text"
                  value={event.value}
                  spellcheck={false}
                  onInput={(typed) => {
                    event.value = typed.currentTarget.value;
                  }}
                />
              )}
            </Field>
            <Field label={t('images.version')} errors={about(errors, 'version')}>
              {(attributes) => (
                <select
                  {...attributes}
                  value={version.value || choices[0]?.version}
                  onChange={(chosen) => {
                    version.value = chosen.currentTarget.value;
                  }}
                >
                  {choices.map((one) => (
                    <option key={one.version} value={one.version}>
                      {one.version}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <Press
            small
            given={{ place, path, body: { event: event.value, version: version.value || choices[0]?.version } }}
            first={event.value.trim() === '' ? t('new.name') : undefined}
            done={changed}
          >
            {t('images.pin')}
          </Press>
        </form>
      )}
    </details>
  );
}
