/** What serves every language: one row each. That of the programme opens into who sends it. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Loading, State } from '../../parts/basic.tsx';
import { lazy, Suspense } from '../../parts/lazy.tsx';
import { Monitor } from '../../parts/monitor.tsx';
import { Press } from '../../parts/press.tsx';
import { componentName } from '../../say/sentence.ts';
import type { JudgedShared } from '../../say/shared.ts';
import { event, presenters, relays } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { complaintOf } from '../../state/pictures.ts';
import { looking } from '../../state/shown.ts';
import { t } from '../../texts/index.ts';
import { number, readable } from '../../texts/time.ts';
import { refusalOf, Since } from './row.tsx';

const Presenters = lazy(() => import('./presenters.tsx').then((all) => all.Presenters));

/** What a shared picture shows that somebody should know. */
function Shows({ component }: { component: string }) {
  const found = complaintOf(component).value;
  if (!found) return null;
  return (
    <span>
      {' · '}
      {t(`picture.${found.what}`)}
      <Since time={found.since} />
    </span>
  );
}

/** The line of a row: a button where there is more of it. */
function Line({ open, children }: { open: { value: boolean } | undefined; children: ComponentChildren }) {
  if (!open) return <span class="row-open">{children}</span>;
  return (
    <button
      type="button"
      class="row-open"
      aria-expanded={open.value}
      aria-controls="row-presenters"
      onClick={() => {
        open.value = !open.value;
      }}
    >
      {children}
      <span class="chevron" aria-hidden="true" />
    </button>
  );
}

export function Shared({ one }: { one: JudgedShared }) {
  const open = useSignal(false);
  const relay = relays.value.find(({ component }) => component === one.component);
  const input = relay?.health?.input as { connected?: boolean; bitrate?: number } | undefined;
  const live = looking.value === undefined;
  const both = live && presenters.value?.component === one.component ? presenters.value : undefined;
  const ill = one.tone === 'bad' || one.word === 'unanswering';
  const now = event.value;
  const name = componentName(one.component, null);
  return (
    <li class="row shared" data-tone={one.tone}>
      <div class="row-line">
        {live && <Monitor component={one.component} name={name} />}
        <Line open={both && open}>
          <span class="row-name">{name}</span>
          <State tone={one.tone}>{t(`shared.${one.word}`)}</State>
          <span class="row-why">
            {readable(one.reason ?? '')}
            {one.since && <Since time={one.since} />}
            {live && input?.bitrate !== undefined && input.connected ? (
              <span class="figures">{t('relay.bitrate', { mbps: number(input.bitrate / 1e6, 1) })}</span>
            ) : null}
            {live && <Shows component={one.component} />}
            {both?.onAir ? (
              <span class="muted"> · {t('presenter.short', { name: t(`presenter.${both.onAir}`) })}</span>
            ) : null}
            {live && typeof relay?.health?.callers === 'number' ? (
              <span class="muted figures"> · {t('relay.callers', { n: relay.health.callers })}</span>
            ) : null}
          </span>
        </Line>
      </div>
      {both && (
        <div id="row-presenters" class="row-more" hidden={!open.value}>
          {open.value && (
            <Suspense fallback={<Loading lines={2} />}>
              <Presenters />
            </Suspense>
          )}
        </div>
      )}
      {ill && live && now && me.value?.mayOperate && (
        <div class="row-more">
          <Press
            given={{
              place: `${now.event} remediate ${one.component}`,
              path: `/api/events/${now.event}/remediate`,
              body: { component: one.component },
            }}
            consequence={t('remediate.what', { name })}
            sure={t('remediate.sure', { name })}
            refusal={refusalOf('remediate')}
          >
            {t('remediate.do', { name })}
          </Press>
        </div>
      )}
    </li>
  );
}
