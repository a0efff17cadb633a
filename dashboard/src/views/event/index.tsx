/** One event: on top what matters while one stands in a dark hall, everything else one step further. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Refused } from '../../api/client.ts';
import { Empty, Loading, State } from '../../parts/basic.tsx';
import { lazy, Suspense } from '../../parts/lazy.tsx';
import { Press } from '../../parts/press.tsx';
import { toneOf } from '../../say/language.ts';
import { sentence } from '../../say/sentence.ts';
import { ageSeconds, second, stale } from '../../state/clock.ts';
import { forgetHistory } from '../../state/history.ts';
import { judgedNow, judgedShown, sharedTroubles } from '../../state/judged.ts';
import { deployment, event, graph, refused } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { deploymentPath, eventPath, place, TABS, type Tab } from '../../state/route.ts';
import { looking, shown } from '../../state/shown.ts';
import { said, t } from '../../texts/index.ts';
import { countdown, duration, moment, money, relative, secondsTo, zoneName } from '../../texts/time.ts';
import { Alerts } from './alerts.tsx';
import { Languages } from './languages.tsx';
import { Travel } from './travel.tsx';

const Connect = lazy(() => import('./connect.tsx').then((all) => all.Connect));
const Progress = lazy(() => import('./progress.tsx').then((all) => all.Progress));
const Journal = lazy(() => import('./journal.tsx').then((all) => all.Journal));
const Charts = lazy(() => import('./charts.tsx').then((all) => all.Charts));
const Commands = lazy(() => import('./commands.tsx').then((all) => all.Commands));

/** What one wants to see first: how far it is while it comes and goes, else the languages. */
const firstTab = (state: string): Tab =>
  ['scheduled', 'preflight', 'provisioning', 'verifying', 'tearing-down', 'rolling-back', 'failed', 'gone'].includes(
    state,
  )
    ? 'progress'
    : 'languages';

function Extend({ name, until }: { name: string; until: string }) {
  const answer = event.value?.commands.find(({ command }) => command === 'extend');
  const later = (minutes: number) => new Date(Date.parse(until) + minutes * 60_000).toISOString();
  if (answer?.answer !== 'accept') return null;
  return (
    <div class="extend">
      {[30, 120].map((minutes) => (
        <Press
          key={minutes}
          small
          given={{
            place: `${name} extend ${minutes}`,
            path: `/api/events/${name}/extend`,
            body: { until: later(minutes) },
          }}
        >
          {t('extend.by', { time: duration(minutes * 60) })}
        </Press>
      ))}
    </div>
  );
}

function Ending() {
  const now = event.value;
  if (!now?.expiresAt || ['gone'].includes(now.state)) return null;
  const left = secondsTo(now.expiresAt);
  return (
    <div class="ending" data-tone={left < 1800 ? 'warn' : undefined}>
      <span class="muted">{left > 0 ? t('event.endsIn') : t('event.endsNow')}</span>
      <span class="figures big-figures" role="timer" aria-live="off">
        {countdown(left)}
      </span>
      <span class="muted" data-expires={now.expiresAt} data-now={new Date(second.value).toISOString()}>
        {moment(now.expiresAt)} {zoneName()}
      </span>
      {me.value?.mayOperate && looking.value === undefined && <Extend name={now.event} until={now.expiresAt} />}
    </div>
  );
}

function Progressing() {
  const now = deployment.value;
  const rising =
    now && ['preflight', 'provisioning', 'verifying', 'changing', 'tearing-down', 'rolling-back'].includes(now.state);
  // Progress moves by itself between two words of the stream.
  if (!now || !rising) return null;
  const percent = Math.round(now.progress * 100);
  const coming = ['preflight', 'provisioning', 'verifying'].includes(now.state);
  const path = graph.value?.criticalPath ?? [];
  const chain = graph.value?.nodes.filter(({ id }) => path.includes(id)) ?? [];
  const expected =
    coming && chain.length > 0
      ? chain.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0) / (me.value?.timeScale ?? 1)
      : undefined;
  return (
    <div class="progress-line">
      <div
        class="bar"
        role="progressbar"
        aria-label={t('progress')}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
      <span class="figures muted">
        {percent} % · {t('progress.since', { time: duration((second.value - Date.parse(now.startedAt)) / 1000) })}
        {expected !== undefined && ` · ${t('progress.usually', { time: duration(expected) })}`}
      </span>
    </div>
  );
}

const Head = ({ name, title }: { name: string; title: string }) => (
  <>
    <p class="crumbs">
      <a href="/">{t('nav.events')}</a> <span aria-hidden="true">/</span> <span class="muted">{name}</span>
    </p>
    <h1 tabIndex={-1}>{title}</h1>
  </>
);

function Hero() {
  const now = event.value;
  const what = shown.value;
  if (!now || !what) return null;
  const back = what.at !== undefined;
  const old = stale.value && !back;
  // Whatever the event itself says by then: no green above a language that is not on air.
  const ill = judgedShown.value.some(({ tone }) => tone === 'bad');
  const { head, more } = sentence(
    { ...now, state: what.state, components: [...what.components] },
    deployment.value,
    judgedShown.value,
    sharedTroubles.value,
    what.at ?? second.value,
  );
  return (
    <div class="hero" data-back={back || undefined}>
      <div class="hero-main">
        <Head name={now.event} title={now.title} />
        <p class="hero-state">
          <State big tone={ill ? 'bad' : toneOf(what.state, back ? 'unknown' : now.health.state)}>
            {said('state', ill && what.state === 'live' ? 'degraded' : what.state)}
          </State>
          {old ? (
            <strong class="old">{t('fresh.cut', { time: duration(ageSeconds.value) })}</strong>
          ) : (
            what.since && (
              <span class="muted">
                {back ? moment(what.since, { seconds: true }) : relative(what.since, { past: true })}
              </span>
            )
          )}
        </p>
        <p class="sentence">{head}</p>
        {more.map((line) => (
          <p key={line} class="sentence-more">
            {line}
          </p>
        ))}
        {!back && <Progressing />}
        {['gone', 'failed'].includes(now.state) && deployment.value?.finishedAt && (
          <p>
            <a class="button" href={deploymentPath(now.deploymentId)}>
              {t('certificate.see')}
            </a>
          </p>
        )}
      </div>
      <div class="hero-side">
        <Ending />
        <p class="muted figures">
          {money(now.cost.soFar, now.cost.currency)} {t('cost.soFar')}
          {now.cost.perHour > 0 && <> · {t('cost.perHour', { cost: money(now.cost.perHour, now.cost.currency) })}</>}
        </p>
        <p class="muted">
          {said('environment', now.environment)} · {now.region} · {now.template}
        </p>
      </div>
    </div>
  );
}

function Tabs({ name, tab }: { name: string; tab: Tab }) {
  const bad = judgedNow.value.filter(({ tone }) => tone === 'bad').length;
  return (
    <nav class="tabs" aria-label={t('tabs')}>
      {TABS.map((one) => (
        <a
          key={one}
          href={eventPath(name, one)}
          data-keep
          {...(one === tab ? { 'aria-current': 'page' as const } : {})}
        >
          {t(`tab.${one}`)}
          {one === 'languages' && bad > 0 && (
            <span class="count" data-tone="bad">
              {bad}
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}

const VIEWS = {
  languages: Languages,
  connect: Connect,
  progress: Progress,
  journal: Journal,
  charts: Charts,
  commands: Commands,
};

export function EventView({ name }: { name: string }) {
  const now = event.value;
  const first = useSignal<Tab | undefined>(undefined);
  useEffect(() => {
    looking.value = undefined;
    forgetHistory();
    document.title = `${name} · stream-control`;
    return () => {
      looking.value = undefined;
      document.title = 'stream-control';
    };
  }, [name]);
  if (!now) {
    const why = refused.value;
    if (why instanceof Refused && why.problem.status === 404)
      return (
        <Empty whole title={t('event.none', { name })}>
          <p>{t('event.noneWhy')}</p>
          <a class="button" href="/">
            {t('nowhere.home')}
          </a>
        </Empty>
      );
    return (
      <>
        <Head name={name} title={name} />
        <Loading lines={5} />
      </>
    );
  }
  // What is shown first stays, also when the state changes: nothing jumps under the pointer.
  first.value ??= firstTab(now.state);
  const chosen = place.value.view === 'event' ? place.value.tab : undefined;
  const tab = chosen ?? first.value;
  const View = VIEWS[tab];
  return (
    <article>
      <Hero />
      <Alerts />
      <Tabs name={name} tab={tab} />
      {looking.value !== undefined && <Travel />}
      <section class="tab" aria-label={t(`tab.${tab}`)}>
        <Suspense fallback={<Loading />}>
          <View />
        </Suspense>
      </section>
    </article>
  );
}
