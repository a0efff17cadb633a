/** Events that are over. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PastDeployment, PastList } from '../../../contract/api/events.ts';
import { ask, isPassing, wordsOf } from '../api/client.ts';
import { At, Empty, Loading, State, Wrong } from '../parts/basic.tsx';
import { deploymentPath } from '../state/route.ts';
import { said, t } from '../texts/index.ts';

export function Past() {
  const all = useSignal<readonly PastDeployment[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  const load = async (token?: string): Promise<void> => {
    try {
      const page = await ask<PastList>(`/api/events?past=true${token ? `&continuationToken=${token}` : ''}`);
      all.value = [...(token ? (all.value ?? []) : []), ...page.events];
      next.value = page.continuationToken;
      wrong.value = undefined;
    } catch (error) {
      wrong.value = wordsOf(error);
      if (isPassing(error)) setTimeout(() => void load(token), 1_000);
    }
  };
  useEffect(() => void load(), []);
  return (
    <section aria-labelledby="title">
      <div class="view-head">
        <h1 id="title" tabIndex={-1}>
          {t('nav.past')}
        </h1>
      </div>
      {wrong.value && <Wrong text={wrong.value} again={() => void load()} />}
      {all.value === undefined ? (
        !wrong.value && <Loading />
      ) : all.value.length === 0 ? (
        <Empty title={t('past.none')}>
          <p>{t('past.noneWhy')}</p>
        </Empty>
      ) : (
        <ul class="cards">
          {all.value.map(({ event, deploymentId, state, endedAt }) => (
            <li key={deploymentId}>
              <a class="card" href={deploymentPath(deploymentId)}>
                <span class="card-head">
                  <strong class="card-title">{event}</strong>
                  <State tone={state === 'gone' ? 'off' : 'bad'}>{said('state', state)}</State>
                </span>
                <span class="card-facts">
                  <span>
                    {t('past.ended')} <At time={endedAt} />
                  </span>
                  <span class="muted">{deploymentId}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {next.value && (
        <button type="button" onClick={() => void load(next.value)}>
          {t('past.more')}
        </button>
      )}
    </section>
  );
}
