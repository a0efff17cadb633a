/** What the request would become: time, cost, checks, graph; and the button that does exactly this. */
import type { PlanAnswer, PlanCheck } from '../../../../contract/api/plan.ts';
import { Loading, Shape } from '../../parts/basic.tsx';
import { lazy, Suspense } from '../../parts/lazy.tsx';
import { Press } from '../../parts/press.tsx';
import { eventPath, go } from '../../state/route.ts';
import { t } from '../../texts/index.ts';
import { duration, money } from '../../texts/time.ts';
import { body, isCurrent, judgeAgain, judgement, judging } from './state.ts';

const Graph = lazy(() => import('../../draw/graph.tsx').then((all) => all.Graph));
const TONES = { pass: 'good', warn: 'warn', fail: 'bad' } as const;
const PLACE = 'deploy';

const Checks = ({ checks }: { checks: readonly PlanCheck[] }) => (
  <ul class="checks-list">
    {checks.map(({ name, outcome, detail }) => (
      <li key={name} data-tone={TONES[outcome]}>
        <Shape tone={TONES[outcome]} />
        <span>
          <strong>{name}</strong> <span class="hidden">{t(`check.${outcome}`)}: </span>
          <span class="muted">{detail}</span>
        </span>
      </li>
    ))}
  </ul>
);

function Planned({ plan }: { plan: PlanAnswer }) {
  const { readySeconds, cost, checks } = plan;
  return (
    <>
      <dl class="facts big">
        <div>
          <dt>{t('plan.ready')}</dt>
          <dd class="figures">{duration(readySeconds.p50)}</dd>
          <dd class="muted">{t('plan.nearlyAll', { time: duration(readySeconds.p95) })}</dd>
        </div>
        <div>
          <dt>{t('plan.cost')}</dt>
          <dd class="figures">{money(cost.perHour, cost.currency)}</dd>
          <dd class="muted">{t('plan.perEvent', { cost: money(cost.perEvent, cost.currency) })}</dd>
        </div>
      </dl>
      <Checks checks={checks.filter(({ outcome }) => outcome !== 'pass')} />
      <details>
        <summary>
          <Shape tone="good" /> {t('plan.passed', { n: checks.filter(({ outcome }) => outcome === 'pass').length })}
        </summary>
        <Checks checks={checks.filter(({ outcome }) => outcome === 'pass')} />
      </details>
      <details>
        <summary>{t('plan.graph', { n: plan.nodes.length })}</summary>
        <Suspense fallback={<Loading lines={2} />}>
          <Graph plan={plan} />
        </Suspense>
      </details>
    </>
  );
}

export function Preview() {
  const found = judgement.value;
  const { plan } = found ?? {};
  const current = isCurrent.value;
  const failing = plan?.checks.filter(({ outcome }) => outcome === 'fail') ?? [];
  const missing = [
    [!body.value, t('deploy.nameFirst')],
    [!current, t('deploy.checking')],
    [!plan, t('deploy.correct')],
  ] as const;
  const first = missing.find(([is]) => is)?.[1];
  const refusal =
    first === undefined && failing.length > 0
      ? failing.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
      : undefined;
  return (
    <aside class="preview" aria-label={t('plan')}>
      <h2>{t('plan')}</h2>
      <div aria-live="polite" class="preview-state" data-busy={judging.value || undefined}>
        {found?.general && (
          <p class="notice" data-tone="warn">
            {found.general}
          </p>
        )}
        {plan ? <Planned plan={plan} /> : <p class="muted">{judging.value ? t('deploy.checking') : t('plan.none')}</p>}
      </div>
      <Press
        kind="main"
        given={{
          place: PLACE,
          path: '/api/deploy',
          body: { ...body.value, ...(plan ? { planHash: plan.hash } : {}) },
          ...(found?.key ? { key: found.key } : {}),
          accepted: ({ event }) => go(eventPath(event)),
        }}
        refusal={refusal}
        first={first}
        consequence={t('deploy.what')}
        done={({ phase }) => {
          if (phase === 'refused') judgeAgain();
        }}
      >
        {t('deploy')}
      </Press>
    </aside>
  );
}
