/** Back to the proved version before: what would change is shown first. */
import { useSignal } from '@preact/signals';
import type { ImageChange } from '../../../../contract/api/image-changes.ts';
import type { Image } from '../../../../contract/api/images.ts';
import { ask, wordsOf } from '../../api/client.ts';
import { Press } from '../../parts/press.tsx';
import { t } from '../../texts/index.ts';
import { mayChange } from './versions.tsx';

export function Rollback({ image, changed }: { image: Image; changed: () => void }) {
  const preview = useSignal<ImageChange | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  if (image.rollback === null || !mayChange()) return null;
  const path = `/api/images/${image.image}/rollback`;
  const look = async () => {
    wrong.value = undefined;
    try {
      preview.value = await ask<ImageChange>(path, { method: 'POST', body: {} });
    } catch (error) {
      wrong.value = wordsOf(error);
    }
  };
  const would = preview.value;
  return (
    <div class="spaced">
      <button type="button" class="small" onClick={look}>
        {t('images.rollbackLook', { version: image.rollback })}
      </button>
      <div role="status" class="errors">
        {wrong.value}
      </div>
      {would && (
        <>
          <p>
            {t('images.rollbackWould', { from: would.from ?? '–', to: would.to ?? '–' })}{' '}
            {would.running.length > 0 && t('images.rollbackRunning', { events: would.running.join(', ') })}{' '}
            {would.pinned.length > 0 && t('images.rollbackPinned', { events: would.pinned.join(', ') })}
          </p>
          <Press
            given={{ place: `image rollback ${image.image}`, path, body: { confirm: true } }}
            done={() => {
              preview.value = undefined;
              changed();
            }}
          >
            {t('images.rollback', { version: would.to ?? '–' })}
          </Press>
        </>
      )}
    </div>
  );
}
