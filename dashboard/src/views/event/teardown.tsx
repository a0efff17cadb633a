/** The end of an event: what would go is shown first, and its name is typed. Far from everything that is pressed often. */
import { useSignal } from '@preact/signals';
import { ask, wordsOf } from '../../api/client.ts';
import { Press } from '../../parts/press.tsx';
import { event } from '../../state/live.ts';
import { isOpen, operations } from '../../state/operations.ts';
import { deploymentPath } from '../../state/route.ts';
import { said, t } from '../../texts/index.ts';

interface Preview {
  wouldRemove: { name: string; type: string }[];
  wouldStay: { name: string; type: string; why: string }[];
  held: string | null;
  unseen?: string;
}

function WouldGo({ preview }: { preview: Preview }) {
  const kinds = new Map<string, number>();
  for (const { type } of preview.wouldRemove) kinds.set(type, (kinds.get(type) ?? 0) + 1);
  return (
    <>
      <p>
        {preview.wouldRemove.length === 0
          ? t('teardown.nothing')
          : t('teardown.would', { n: preview.wouldRemove.length })}
      </p>
      <ul class="kinds">
        {[...kinds].map(([type, n]) => (
          <li key={type}>
            <span class="figures">{n}</span> {said('kind', type.split('/').at(-1) ?? type)}
          </li>
        ))}
      </ul>
      {preview.wouldStay.length > 0 && (
        <p class="notice" data-tone="warn">
          {t('teardown.stays')}: {preview.wouldStay.map(({ name, why }) => `${name} (${why})`).join(', ')}
        </p>
      )}
      {preview.held !== null && (
        <p class="notice" data-tone="warn">
          {t('event.held', { tag: preview.held })}
        </p>
      )}
      {preview.unseen && <p class="hint">{preview.unseen}</p>}
    </>
  );
}

export function Teardown() {
  const now = event.value;
  const preview = useSignal<Preview | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  const typed = useSignal('');
  if (!now) return null;
  const place = `${now.event} teardown`;
  const running = operations.value[place];
  if (now.state === 'gone')
    return (
      <section class="ending-box">
        <h2>{t('teardown.over')}</h2>
        <a class="button" href={deploymentPath(now.deploymentId)}>
          {t('certificate.see')}
        </a>
      </section>
    );
  const look = async () => {
    wrong.value = undefined;
    try {
      preview.value = await ask<Preview>('/api/teardown', { method: 'POST', body: { event: now.event } });
    } catch (error) {
      wrong.value = wordsOf(error);
    }
  };
  return (
    <section class="ending-box" aria-labelledby="teardown">
      <h2 id="teardown">{t('teardown.title')}</h2>
      <p class="hint">{t('teardown.what')}</p>
      {!preview.value && !isOpen(running) && (
        <button type="button" onClick={look}>
          {t('teardown.preview')}
        </button>
      )}
      <div role="status" class="errors">
        {wrong.value}
      </div>
      {(preview.value || running) && (
        <>
          {preview.value && <WouldGo preview={preview.value} />}
          <label class="inline">
            <span>{t('teardown.type', { name: now.event })}</span>
            <input
              value={typed.value}
              autoComplete="off"
              autoCapitalize="none"
              spellcheck={false}
              onInput={(changed) => {
                typed.value = changed.currentTarget.value;
              }}
            />
          </label>
          <Press
            kind="danger"
            given={{ place, path: '/api/teardown', body: { event: now.event, confirm: true } }}
            first={typed.value === now.event || running ? undefined : t('teardown.first')}
          >
            {t('teardown.do', { name: now.title })}
          </Press>
        </>
      )}
    </section>
  );
}
