/** Languages as rows: trouble first, then the event's own order. A row opens into what one can know and do about it. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { At, State } from '../../parts/basic.tsx';
import { memo } from '../../parts/memo.ts';
import { Monitor } from '../../parts/monitor.tsx';
import { Press } from '../../parts/press.tsx';
import { type Judged, troubleFirst } from '../../say/language.ts';
import { second } from '../../state/clock.ts';
import { judgedShown, sharedShown } from '../../state/judged.ts';
import { event, mixer } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { complaintOf, followPictures } from '../../state/pictures.ts';
import { pictures } from '../../state/settings.ts';
import { looking, shown } from '../../state/shown.ts';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { number, readable } from '../../texts/time.ts';
import { ago, refusalOf, Since, soundOf } from './row.tsx';
import { Shared } from './shared.tsx';

function Facts({ language }: { language: string }) {
  const heard = mixer(language).value;
  const host = event.value?.connection?.mixers.find((one) => one.language === language);
  const sound = soundOf(language);
  if (!heard || heard.at === null) return <p class="muted">{t('mixer.unheard')}</p>;
  const rows: [string, string][] = [
    [t('mixer.heard'), t('time.ago', { time: ago(heard.at, second.value) })],
    [t('mixer.wanted'), heard.desired?.streaming ? t('mixer.streaming') : t('mixer.idle')],
    ...(sound ? [[t('mixer.sound'), said('sound', sound)] as [string, string]] : []),
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
          ▲ {readable(text)}
        </p>
      ))}
    </>
  );
}

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
        refusal={refusalOf('streaming')}
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
            {readable(one.reason ?? '')}
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

export function Languages() {
  const what = shown.value;
  const name = event.value?.event;
  useEffect(() => (name === undefined ? undefined : followPictures(name)), [name]);
  const rows = useComputed(() => troubleFirst(judgedShown.value));
  if (!what) return null;
  const parts = sharedShown.value;
  const component = (language: string): string =>
    what.components.find((one) => one.language === language)?.component ?? language;
  return (
    <>
      <ul class="rows" aria-label={t('tab.languages')}>
        {rows.value.map((one) => (
          <Row key={one.language} one={one} component={component(one.language)} />
        ))}
      </ul>
      {parts.length > 0 && <h2 class="section">{t('languages.shared')}</h2>}
      <ul class="rows">
        {parts.map((one) => (
          <Shared key={one.component} one={one} />
        ))}
      </ul>
      {what.at === undefined && what.components.length > 0 && (
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
