/** The first screen: every event in a line, with what matters of it. */
import { useComputed, useSignal } from '@preact/signals';
import type { ListedEvent } from '../../../contract/api/events.ts';
import { Empty, Loading, State } from '../parts/basic.tsx';
import { toneOf } from '../say/language.ts';
import { second } from '../state/clock.ts';
import { events } from '../state/live.ts';
import { me } from '../state/me.ts';
import { eventPath } from '../state/route.ts';
import { said, t } from '../texts/index.ts';
import { languageName } from '../texts/languages.ts';
import { countdown, duration, moment, money, secondsTo, zoneName } from '../texts/time.ts';

/** Trouble first, then what goes on air next; never by what changes from second to second. */
function order(all: readonly ListedEvent[]): ListedEvent[] {
  const rank = ({ state, health }: ListedEvent) => (toneOf(state, health) === 'bad' ? 0 : 1);
  return [...all].sort((a, b) => rank(a) - rank(b) || a.event.localeCompare(b.event));
}

const LANGUAGES_SHOWN = 5;
const names = (languages: readonly string[]): string =>
  languages.slice(0, LANGUAGES_SHOWN).map(languageName).join(', ') +
  (languages.length > LANGUAGES_SHOWN ? ` +${languages.length - LANGUAGES_SHOWN}` : '');

function Ends({ event }: { event: ListedEvent }) {
  if (event.state === 'scheduled' && event.startsAt)
    return (
      <span>
        {t('events.ready')} <span class="figures">{moment(event.startsAt, { region: event.region })}</span>
      </span>
    );
  if (!event.expiresAt) return <span class="muted">{t('events.noEnd')}</span>;
  const left = secondsTo(event.expiresAt);
  return (
    <span
      title={`${moment(event.expiresAt, { region: event.region })} ${zoneName()}`}
      data-tone={left < 1800 ? 'warn' : undefined}
    >
      {left > 0 ? t('events.endsIn') : t('events.ended')} <span class="figures">{left > 0 ? countdown(left) : ''}</span>
    </span>
  );
}

function Card({ event }: { event: ListedEvent }) {
  const since = (second.value - Date.parse(event.since)) / 1000;
  return (
    <li>
      <a class="card" href={eventPath(event.event)} data-tone={toneOf(event.state, event.health)}>
        <span class="card-head">
          <strong class="card-title">{event.title}</strong>
          <State tone={toneOf(event.state, event.health)}>{said('state', event.state)}</State>
        </span>
        <span class="card-facts">
          <span>
            {t('events.languages', { n: event.languages.length })}: {names(event.languages)}
          </span>
          <Ends event={event} />
          <span class="figures">
            {event.soFar !== undefined && event.currency ? money(event.soFar, event.currency) : ''}
            {event.perHour > 0 && event.currency ? (
              <span class="muted"> · {t('cost.perHour', { cost: money(event.perHour, event.currency) })}</span>
            ) : null}
          </span>
          <span class="muted">
            {said('environment', event.environment)} · {event.region} · {t('events.for', { time: duration(since) })}
          </span>
        </span>
      </a>
    </li>
  );
}

export function Events() {
  const filter = useSignal('');
  const all = events.value;
  const found = useComputed(() => {
    const words = filter.value.trim().toLocaleLowerCase();
    return order(events.value ?? []).filter(({ event, title, state, languages }) =>
      [event, title, state, said('state', state), ...languages, ...languages.map(languageName)].some((text) =>
        text.toLocaleLowerCase().includes(words),
      ),
    );
  });
  return (
    <section aria-labelledby="title">
      <div class="view-head">
        <h1 id="title" tabIndex={-1}>
          {t('nav.events')}
        </h1>
        {(all?.length ?? 0) > 1 && (
          <input
            type="search"
            aria-label={t('events.filter')}
            placeholder={t('events.filter')}
            value={filter.value}
            onInput={(typed) => {
              filter.value = typed.currentTarget.value;
            }}
          />
        )}
        {me.value?.mayOperate && (all?.length ?? 0) > 0 && (
          <a class="button main" href="/new">
            {t('nav.new')}
          </a>
        )}
      </div>
      {all === undefined ? (
        <Loading />
      ) : all.length === 0 ? (
        <Empty title={t('events.none')}>
          <p>{t('events.noneWhy')}</p>
          {me.value?.mayOperate && (
            <a class="button main" href="/new">
              {t('nav.new')}
            </a>
          )}
          <p class="muted">
            <a href="/schedules">{t('events.weekly')}</a> · <a href="/past">{t('nav.past')}</a>
          </p>
        </Empty>
      ) : found.value.length === 0 ? (
        <p class="muted">{t('events.noMatch')}</p>
      ) : (
        <ul class="cards">
          {found.value.map((event) => (
            <Card key={event.deploymentId} event={event} />
          ))}
        </ul>
      )}
    </section>
  );
}
