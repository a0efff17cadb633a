/** Recurring events: which, when next, what came of the last; made and changed here. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ScheduleList, ScheduleView } from '../../../contract/api/schedule.ts';
import { ask } from '../api/client.ts';
import { Empty, Loading, State, Wrong } from '../parts/basic.tsx';
import { Days } from '../parts/days.tsx';
import { about, Field } from '../parts/field.tsx';
import { Press } from '../parts/press.tsx';
import { useLoaded } from '../state/loaded.ts';
import { me } from '../state/me.ts';
import { operations } from '../state/operations.ts';
import { deploymentPath } from '../state/route.ts';
import { dayName, there } from '../texts/days.ts';
import { dateFormat } from '../texts/formats.ts';
import { t } from '../texts/index.ts';
import { moment, relative, zoneName } from '../texts/time.ts';

/** `GMT+02:00`: what a change of summer time changes. */
const offset = (iso: string, timeZone: string): string | undefined =>
  dateFormat({ timeZone, timeZoneName: 'longOffset' })
    .formatToParts(Date.parse(iso))
    .find(({ type }) => type === 'timeZoneName')?.value;

/** What comes after the next: where the clocks of its place are changed in between, that is said. */
function Upcoming({ upcoming, timeZone }: Pick<ScheduleView, 'upcoming' | 'timeZone'>) {
  if (upcoming.length < 2) return null;
  return (
    <details>
      <summary>{t('schedule.then')}</summary>
      <ul class="differences">
        {upcoming.slice(1).map((iso, index) => (
          <li key={iso}>
            <span class="figures">{there(iso, timeZone)}</span>{' '}
            <span class="muted">
              {moment(iso)} {zoneName()}
            </span>
            {offset(iso, timeZone) !== offset(upcoming[index] ?? iso, timeZone) && (
              <strong> {t('schedule.clocks')}</strong>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function One({ one, edit, changed }: { one: ScheduleView; edit: () => void; changed: () => void }) {
  const { last } = one;
  const place = `schedule ${one.name}`;
  const request = { ...one.request };
  return (
    <li class="card still">
      <span class="card-head">
        <strong class="card-title">{one.name}</strong>
        <State tone={one.paused ? 'off' : 'good'}>{t(one.paused ? 'schedule.paused' : 'schedule.active')}</State>
      </span>
      <p>
        {one.days.map(dayName).join(', ')} {one.at} <span class="muted">{one.timeZone}</span>
      </p>
      {one.next && (
        <p>
          {t('schedule.next')} <strong class="figures">{there(one.next, one.timeZone)}</strong>{' '}
          <span class="muted">
            {moment(one.next)} {zoneName()} · {relative(one.next)}
          </span>
        </p>
      )}
      <Upcoming upcoming={one.upcoming} timeZone={one.timeZone} />
      {last && (
        <p class="muted">
          {t('schedule.last')} {moment(last.occurrence)}:{' '}
          {last.deploymentId ? (
            <a href={deploymentPath(last.deploymentId)}>{last.deploymentId}</a>
          ) : (
            (last.problem ?? t('schedule.missed'))
          )}
        </p>
      )}
      {one.missed.length > 0 && (
        <p class="notice" data-tone="warn">
          {t('schedule.missedMany', { n: one.missed.length })}
        </p>
      )}
      {me.value?.mayOperate && (
        <div class="press-row">
          <button type="button" class="small" onClick={edit}>
            {t('schedule.change')}
          </button>
          <Press
            small
            given={{ place, path: `/api/schedules/${one.name}`, method: 'DELETE', body: undefined }}
            sure={t('schedule.removeSure')}
            done={changed}
          >
            {t('schedule.remove')}
          </Press>
        </div>
      )}
      <p class="hint">{t('schedule.deploys', { event: String(request.event ?? one.name) })}</p>
    </li>
  );
}

interface Draft {
  name: string;
  days: string[];
  at: string;
  timeZone: string;
  event: string;
  languages: string;
  ttl: string;
  paused: boolean;
  rest: Record<string, unknown>;
}
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const fresh: Draft = {
  name: '',
  days: ['sunday'],
  at: '09:30',
  timeZone: ownZone,
  event: '',
  languages: '',
  ttl: '',
  paused: false,
  rest: {},
};

function draftOf({ name, days, at, timeZone, paused, request }: ScheduleView): Draft {
  const { event, languages, ttl, ...rest } = request as Record<string, unknown>;
  return {
    name,
    days,
    at,
    timeZone,
    paused,
    event: String(event ?? ''),
    languages: Array.isArray(languages) ? languages.join(', ') : '',
    ttl: String(ttl ?? ''),
    rest,
  };
}

function Edit({ from, over }: { from: Draft; over: () => void }) {
  const draft = useSignal(from);
  const set = (to: Partial<Draft>) => {
    draft.value = { ...draft.value, ...to };
  };
  const { name, days, at, timeZone, event, languages, ttl, paused, rest } = draft.value;
  const given = languages
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  const errors = operations.value['schedule put']?.errors ?? [];
  const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  const text = (
    key: 'name' | 'event' | 'languages' | 'ttl' | 'timeZone',
    label: string,
    paths: string[],
    hint?: string,
  ) => (
    <Field label={label} errors={about(errors, ...paths)} {...(hint ? { hint } : {})}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          value={draft.value[key]}
          spellcheck={false}
          {...(key === 'timeZone' ? { list: 'zones' } : {})}
          onInput={(typed) => set({ [key]: typed.currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <form class="form boxed" onSubmit={(sent) => sent.preventDefault()}>
      <h2>{t(from.name ? 'schedule.change' : 'schedule.new')}</h2>
      {text('name', t('schedule.name'), ['name'], t('schedule.nameHint'))}
      <Days days={days} set={(to) => set({ days: to })} />
      <div class="pair">
        <Field label={t('schedule.at')} errors={about(errors, 'at')}>
          {(attributes) => (
            <input {...attributes} type="time" value={at} onInput={(typed) => set({ at: typed.currentTarget.value })} />
          )}
        </Field>
        {text('timeZone', t('schedule.zone'), ['timeZone'])}
      </div>
      <datalist id="zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {text('event', t('new.name'), ['request.event'])}
      {text('languages', t('new.languages'), ['request.languages'], t('schedule.languagesHint'))}
      {text('ttl', t('new.ttl'), ['request.ttl'])}
      <label class="check">
        <input
          type="checkbox"
          checked={paused}
          onChange={(changed) => set({ paused: changed.currentTarget.checked })}
        />
        <span>{t('schedule.pause')}</span>
      </label>
      <Press
        kind="main"
        given={{
          place: 'schedule put',
          path: '/api/schedules',
          body: {
            name,
            days,
            at,
            timeZone,
            paused,
            request: { ...rest, event, ...(given.length > 0 ? { languages: given } : {}), ...(ttl ? { ttl } : {}) },
          },
        }}
        done={({ phase }) => {
          if (phase === 'done') over();
        }}
      >
        {t('schedule.save')}
      </Press>
      <button type="button" class="quiet" onClick={over}>
        {t('cancel')}
      </button>
    </form>
  );
}

export function Schedules() {
  const { found: all, wrong, load } = useLoaded(async () => (await ask<ScheduleList>('/api/schedules')).schedules);
  const editing = useSignal<Draft | undefined>(undefined);
  useEffect(() => void load(), []);
  const edit = (from: Draft) => {
    editing.value = undefined;
    requestAnimationFrame(() => {
      editing.value = from;
    });
  };
  return (
    <section aria-labelledby="title">
      <div class="view-head">
        <h1 id="title" tabIndex={-1}>
          {t('nav.schedules')}
        </h1>
        {me.value?.mayOperate && !editing.value && (
          <button type="button" class="main" onClick={() => edit(fresh)}>
            {t('schedule.new')}
          </button>
        )}
      </div>
      {wrong.value && <Wrong text={wrong.value} again={() => void load()} />}
      {editing.value && (
        <Edit
          from={editing.value}
          over={() => {
            editing.value = undefined;
            void load();
          }}
        />
      )}
      {all.value === undefined ? (
        !wrong.value && <Loading />
      ) : all.value.length === 0 ? (
        !editing.value && (
          <Empty title={t('schedule.none')}>
            <p>{t('schedule.noneWhy')}</p>
          </Empty>
        )
      ) : (
        <ul class="cards">
          {all.value.map((one) => (
            <One key={one.name} one={one} edit={() => edit(draftOf(one))} changed={() => void load()} />
          ))}
        </ul>
      )}
    </section>
  );
}
