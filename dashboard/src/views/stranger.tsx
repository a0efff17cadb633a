/** Whoever may not look: not signed in, without a role, or without a control plane that answers. */
import { Refused } from '../api/client.ts';
import { Empty } from '../parts/basic.tsx';
import { askMe, me, signInPath, stranger } from '../state/me.ts';
import { t } from '../texts/index.ts';

export function Stranger() {
  const why = stranger.value;
  if (me.value)
    return (
      <Empty whole title={t('stranger.noRole', { name: me.value.name })}>
        <p>{t('stranger.askAdmin')}</p>
      </Empty>
    );
  if (why instanceof Refused && why.problem.status === 401)
    return (
      <Empty whole title={t('stranger.signIn')}>
        <p>{t('stranger.signInWhy')}</p>
        <a class="button main" href={signInPath()}>
          {t('stranger.signInNow')}
        </a>
      </Empty>
    );
  return (
    <Empty whole title={why === 'unanswered' ? t('stranger.unanswered') : t('stranger.refused')}>
      <p>{why instanceof Refused ? why.problem.detail : t('stranger.unansweredWhy')}</p>
      <button type="button" onClick={() => void askMe()}>
        {t('again')}
      </button>
    </Empty>
  );
}

export const Nowhere = () => (
  <Empty whole title={t('nowhere')}>
    <a class="button" href="/">
      {t('nowhere.home')}
    </a>
  </Empty>
);
