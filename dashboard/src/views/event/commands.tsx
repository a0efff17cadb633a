/** Every command, with what it will do and, where it is refused, why: the answers are the control plane's own table. Ending an event stands apart. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Empty } from '../../parts/basic.tsx';
import { Choose } from '../../parts/choose.tsx';
import { Press } from '../../parts/press.tsx';
import { componentName, nameIn } from '../../say/sentence.ts';
import { event } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { Access } from './access.tsx';
import { Replace, Scale } from './care.tsx';
import { ChangeKeys, ChangeLanguages, ChangeSound } from './change.tsx';
import { Drift, Logs } from './looks.tsx';
import { Presenters } from './presenters.tsx';
import { refusalOf } from './row.tsx';
import { Teardown } from './teardown.tsx';

function Command({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <li class="command">
      <h2>{title}</h2>
      {children}
    </li>
  );
}

function ExtendBy() {
  const now = event.value;
  const until = useSignal('');
  if (!now) return null;
  const refusal = refusalOf('extend');
  const chosen = until.value ? new Date(until.value) : undefined;
  return (
    <>
      <label class="inline">
        <span>{t('extend.until')}</span>
        <input
          type="datetime-local"
          value={until.value}
          disabled={refusal !== undefined}
          onInput={(typed) => {
            until.value = typed.currentTarget.value;
          }}
        />
      </label>
      <Press
        given={{
          place: `${now.event} extend`,
          path: `/api/events/${now.event}/extend`,
          body: chosen ? { until: chosen.toISOString() } : {},
        }}
        consequence={t('extend.what')}
        refusal={refusal}
        first={chosen ? undefined : t('extend.choose')}
      >
        {t('extend')}
      </Press>
    </>
  );
}

function Remediate() {
  const now = event.value;
  const chosen = useSignal<string | undefined>(undefined);
  if (!now) return null;
  const component =
    chosen.value ??
    now.components.find(({ health }) => health === 'unhealthy')?.component ??
    now.components[0]?.component;
  const name = component === undefined ? '' : nameIn(now.components, component);
  return (
    <>
      <Choose
        label={t('component')}
        value={component}
        options={now.components.map(({ component: one, language, health }) => [
          one,
          `${componentName(one, language)}${health === 'unhealthy' ? ` · ${t('word.unwell')}` : ''}`,
        ])}
        pick={(picked) => {
          chosen.value = picked;
        }}
      />
      <Press
        given={{
          place: `${now.event} remediate ${component}`,
          path: `/api/events/${now.event}/remediate`,
          body: { component },
        }}
        consequence={t('remediate.what', { name })}
        sure={t('remediate.sure', { name })}
        refusal={refusalOf('remediate') ?? (component === undefined ? t('remediate.nothing') : undefined)}
      >
        {t('remediate.do', { name })}
      </Press>
    </>
  );
}

function Streaming() {
  const now = event.value;
  if (!now) return null;
  const path = `/api/events/${now.event}/streaming`;
  const n = now.languages.length;
  const refusal = refusalOf('streaming');
  // Told before mixers are there, they do it when they are.
  const later = ['scheduled', 'preflight', 'provisioning', 'verifying', 'paused'].includes(now.state);
  return (
    <>
      <Press
        given={{ place: `${now.event} streaming on`, path, body: { streaming: true } }}
        consequence={later ? t('streaming.later') : t('streaming.allOnWhat', { n })}
        refusal={refusal}
      >
        {t('streaming.allOn')}
      </Press>
      <Press
        given={{ place: `${now.event} streaming off`, path, body: { streaming: false } }}
        consequence={later ? t('streaming.later') : t('streaming.allOffWhat', { n })}
        sure={t('streaming.allOffSure')}
        refusal={refusal}
      >
        {t('streaming.allOff')}
      </Press>
    </>
  );
}

export function Commands() {
  const now = event.value;
  if (!now) return null;
  if (!me.value?.mayOperate)
    return (
      <Empty title={t('commands.viewer')}>
        <p>{t('stranger.askAdmin')}</p>
      </Empty>
    );
  const path = `/api/events/${now.event}`;
  const power = (command: 'pause' | 'resume' | 'relocate', sure?: string) => (
    <Command title={t(`${command}.title`)}>
      <Press
        given={{ place: `${now.event} ${command}`, path: `${path}/${command}`, body: {} }}
        consequence={t(`${command}.what`)}
        refusal={refusalOf(command)}
        {...(sure ? { sure } : {})}
      >
        {t(command)}
      </Press>
    </Command>
  );
  return (
    <>
      <ul class="commands">
        <Command title={t('extend.title')}>
          <ExtendBy />
        </Command>
        <Command title={t('streaming.title')}>
          <Streaming />
        </Command>
        <Command title={t('languages.title')}>
          <ChangeLanguages refusal={refusalOf('languages')} />
        </Command>
        <Command title={t('sound.title')}>
          <ChangeSound refusal={refusalOf('sound')} />
        </Command>
        <Command title={t('keys.title')}>
          <ChangeKeys languages={now.languages.map((one) => ({ language: one, name: languageName(one) }))} />
        </Command>
        <Command title={t('presenter.title')}>
          <Presenters />
        </Command>
        <Command title={t('access.title')}>
          <Access refusal={refusalOf('access')} />
        </Command>
        <Command title={t('remediate.title')}>
          <Remediate />
        </Command>
        <Command title={t('replace.title')}>
          <Replace refusal={refusalOf('replace')} />
        </Command>
        <Command title={t('scale.title')}>
          <Scale refusal={refusalOf('scale')} />
        </Command>
        {power('pause', t('pause.sure'))}
        {power('resume')}
        {power('relocate', t('relocate.sure'))}
        <Command title={t('logs.title')}>
          <Logs />
        </Command>
        <Command title={t('drift.title')}>
          <Drift />
        </Command>
      </ul>
      <Teardown />
    </>
  );
}
