/** Languages as rows: trouble first, then the event's own order. A row opens into what one can know and do about it. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ComponentHealth } from '../../../../contract/api/live.ts';
import { At, State } from '../../parts/basic.tsx';
import { memo } from '../../parts/memo.ts';
import { Monitor } from '../../parts/monitor.tsx';
import { Press } from '../../parts/press.tsx';
import { type Judged, sharedParts, troubleFirst } from '../../say/language.ts';
import { componentName } from '../../say/sentence.ts';
import { second } from '../../state/clock.ts';
import { judgedShown } from '../../state/judged.ts';
import { event, mixer, relays } from '../../state/live.ts';
import { complaintOf, followPictures } from '../../state/pictures.ts';
import { pictures } from '../../state/settings.ts';
import { me } from '../../state/me.ts';
import { looking, shown } from '../../state/shown.ts';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { duration, number } from '../../texts/time.ts';

const ago = (iso: string, now: number): string => duration((now - Date.parse(iso)) / 1000);

function Facts({ language }: { language: string }) {
  const heard = mixer(language).value;
  const host = event.value?.connection?.mixers.find((one) => one.language === language);
  if (!heard || heard.at === null) return <p class="muted">{t('mixer.unheard')}</p>;
  const rows: [string, string][] = [
    [t('mixer.heard'), t('time.ago', { time: ago(heard.at, second.value) })],
    [t('mixer.wanted'), heard.desired?.streaming ? t('mixer.streaming') : t('mixer.idle')],
    ...(heard.scene ? [[t('mixer.scene'), heard.scene] as [string, string]] : []),
    ...Object.entries(heard.sources ?? {}).map(([name, state]): [string, string] => [
      said('source', name),
      said('sourceState', state),
    ]),
    [t('mixer.dropped'), heard.droppedFrames === undefined ? '–' : number(heard.droppedFrames)],
    [t('mixer.reconnects'), heard.reconnects === undefined ? '–' : number(heard.reconnects)],
    ...(host?.rdp ? [['RDP', host.rdp] as [string, string]] : []),
  ];
  return (
    <>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="figures">{value}</dd>
          </div>
        ))}
      </dl>
      {[...(heard.problems ?? []), ...(heard.warnings ?? [])].map(({ code, text }) => (
        <p key={code + text} class="hint">
          ▲ {text}
        </p>
      ))}
    </>
  );
}

/** Why a command is refused now; undefined when it is taken. */
const refusalOf = (command: string): string | undefined => {
  const found = event.value?.commands.find((one) => one.command === command);
  return found && found.answer !== 'accept' ? (found.reason ?? found.answer) : undefined;
};

function Doing({ language, component, streaming }: { language: string; component: string; streaming: boolean }) {
  const now = event.value;
  if (!now || !me.value?.mayOperate || looking.value !== undefined) return null;
  const path = `/api/events/${now.event}`;
  const name = languageName(language);
  return (
    <div class="doing">
      <Press
        given={{
          place: `${now.event} streaming ${language}`,
          path: `${path}/streaming`,
          body: { streaming: !streaming, languages: [language] },
        }}
        consequence={streaming ? t('streaming.offWhat', { name }) : t('streaming.onWhat', { name })}
        {...(streaming ? { sure: t('streaming.offSure', { name }) } : {})}
      >
        {streaming ? t('streaming.off') : t('streaming.on')}
      </Press>
      <Press
        given={{ place: `${now.event} remediate ${component}`, path: `${path}/remediate`, body: { component } }}
        consequence={t('remediate.what', { name })}
        sure={t('remediate.sure', { name })}
        refusal={refusalOf('remediate')}
      >
        {t('remediate.do', { name })}
      </Press>
    </div>
  );
}

/** Apart, so that only rows that count are drawn each second. */
const Since = ({ time }: { time: string }) => (
  <span class="muted figures"> {t('sentence.for', { time: ago(time, looking.value ?? second.value) })}</span>
);

/** A picture that stands still is said, and is no trouble: it may be a title. */
function Still({ component }: { component: string }) {
  const found = complaintOf(component).value;
  if (found?.what !== 'still') return null;
  return (
    <span class="muted">
      {t('picture.still')}
      <Since time={found.since} />
    </span>
  );
}

const Row = memo(function Row({ one, component }: { one: Judged; component: string }) {
  const open = useSignal(false);
  const name = languageName(one.language);
  const id = `row-${one.language}`;
  const live = looking.value === undefined;
  return (
    <li class="row" data-tone={one.tone}>
      <div class="row-line">
        {live && <Monitor component={component} name={name} />}
        <button
          type="button"
          class="row-open"
          aria-expanded={open.value}
          aria-controls={id}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          <span class="row-name">{name}</span>
          <State tone={one.tone}>{t(`word.${one.word}`)}</State>
          <span class="row-why">
            {one.reason ?? ''}
            {one.since && <Since time={one.since} />}
            {live && <Still component={component} />}
          </span>
          <span class="chevron" aria-hidden="true" />
        </button>
      </div>
      <div id={id} class="row-more" hidden={!open.value}>
        {open.value && (
          <>
            <Facts language={one.language} />
            <Doing language={one.language} component={component} streaming={one.wanted} />
          </>
        )}
      </div>
    </li>
  );
});

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

function Shared({ one }: { one: ComponentHealth }) {
  const relay = relays.value.find(({ component }) => component === one.component);
  const input = relay?.health?.input as { connected?: boolean; bitrate?: number } | undefined;
  const live = looking.value === undefined;
  const bad = one.health === 'unhealthy';
  const waits = !bad && live && input?.connected === false;
  const tone = bad ? 'bad' : waits ? 'warn' : one.health === 'healthy' ? 'good' : 'work';
  const now = event.value;
  return (
    <li class="row shared" data-tone={tone}>
      <div class="row-line">
        {live && <Monitor component={one.component} name={componentName(one.component, null)} />}
        <span class="row-open">
          <span class="row-name">{componentName(one.component, null)}</span>
          <State tone={tone}>
            {bad
              ? t('word.unwell')
              : waits
                ? t('relay.noInput')
                : one.health === 'healthy'
                  ? t('relay.runs')
                  : t('word.making')}
          </State>
          <span class="row-why">
            {one.reason ?? ''}
            {live && input?.bitrate !== undefined && input.connected ? (
              <span class="figures">{t('relay.bitrate', { mbps: number(input.bitrate / 1e6, 1) })}</span>
            ) : null}
            {live && <Shows component={one.component} />}
            {live && typeof relay?.health?.callers === 'number' ? (
              <span class="muted figures"> · {t('relay.callers', { n: relay.health.callers })}</span>
            ) : null}
          </span>
        </span>
      </div>
      {bad && live && now && me.value?.mayOperate && (
        <div class="row-more">
          <Press
            given={{
              place: `${now.event} remediate ${one.component}`,
              path: `/api/events/${now.event}/remediate`,
              body: { component: one.component },
            }}
            consequence={t('remediate.what', { name: componentName(one.component, null) })}
            sure={t('remediate.sure', { name: componentName(one.component, null) })}
            refusal={refusalOf('remediate')}
          >
            {t('remediate.do', { name: componentName(one.component, null) })}
          </Press>
        </div>
      )}
    </li>
  );
}

export function Languages() {
  const what = shown.value;
  const name = event.value?.event;
  useEffect(() => (name === undefined ? undefined : followPictures(name)), [name]);
  const rows = useComputed(() => troubleFirst(judgedShown.value));
  if (!what) return null;
  const component = (language: string): string =>
    what.components.find((one) => one.language === language)?.component ?? language;
  return (
    <>
      <ul class="rows" aria-label={t('tab.languages')}>
        {rows.value.map((one) => (
          <Row key={one.language} one={one} component={component(one.language)} />
        ))}
      </ul>
      <h2 class="section">{t('languages.shared')}</h2>
      <ul class="rows">
        {sharedParts({ components: [...what.components] }).map((one) => (
          <Shared key={one.component} one={one} />
        ))}
      </ul>
      {what.at === undefined && (
        <label class="check pictures-choice">
          <input
            type="checkbox"
            checked={pictures.value === 'on'}
            onChange={(changed) => {
              pictures.value = changed.currentTarget.checked ? 'on' : 'off';
            }}
          />
          <span>{t('picture.choice')}</span>
        </label>
      )}
      {what.at === undefined && event.value?.createdAt && (
        <p class="muted">
          {t('event.made')} <At time={event.value.createdAt} />
          {event.value.readyAt && (
            <>
              {' · '}
              {t('event.readySince')} <At time={event.value.readyAt} />
            </>
          )}
        </p>
      )}
    </>
  );
}
