/** How old what is shown is; and what somebody has chosen for themselves. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ageSeconds, stale } from '../state/clock.ts';
import { connected } from '../state/live.ts';
import { me } from '../state/me.ts';
import { LANGUAGES, type Language, type Light, language, light, type Times, times } from '../state/settings.ts';
import { t } from '../texts/index.ts';
import { duration } from '../texts/time.ts';

export function Freshness() {
  const old = stale.value;
  // Before the first word nothing is shown whose age could be told.
  if (!old && !connected.value) return null;
  const text = old
    ? t(connected.value ? 'fresh.old' : 'fresh.cut', { time: duration(ageSeconds.value) })
    : t('fresh.live');
  return (
    <span class="fresh" data-old={old || undefined} title={t('fresh.title')}>
      <span class="dot" aria-hidden="true" />
      <span class="figures">{text}</span>
    </span>
  );
}

function Choice<T extends string>({
  label,
  value,
  options,
  choose,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  choose: (to: T) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="segments">
        {options.map(([key, text]) => (
          <label key={key}>
            <input type="radio" name={label} checked={key === value} onChange={() => choose(key)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Menu() {
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const known = me.value;
  useEffect(() => {
    const away = (happened: Event) => {
      if (
        happened instanceof KeyboardEvent ? happened.key === 'Escape' : !root.current?.contains(happened.target as Node)
      )
        open.value = false;
    };
    addEventListener('pointerdown', away);
    addEventListener('keydown', away);
    return () => {
      removeEventListener('pointerdown', away);
      removeEventListener('keydown', away);
    };
  }, []);
  return (
    <div class="menu" ref={root}>
      <button
        type="button"
        class="quiet"
        aria-expanded={open.value}
        aria-controls="menu"
        aria-label={known ? `${t('menu')}: ${known.name}` : t('menu')}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true" class="icon">
          <path d="M8 8a3 3 0 1 0 0-6a3 3 0 0 0 0 6zM2.500 14a5.500 5 0 0 1 11 0z" />
        </svg>
        <span class="who">{known?.name ?? t('menu')}</span>
      </button>
      <div id="menu" class="menu-panel" hidden={!open.value}>
        {known && (
          <p class="menu-who">
            <strong>{known.name}</strong>
            <span class="muted">
              {known.roles.length > 0 ? t('menu.roles', { roles: known.roles.join(', ') }) : t('menu.noRole')}
            </span>
          </p>
        )}
        <Choice<Times>
          label={t('menu.times')}
          value={times.value}
          options={[
            ['local', t('times.local')],
            ['utc', 'UTC'],
            ['event', t('times.event')],
          ]}
          choose={(to) => {
            times.value = to;
          }}
        />
        <Choice<Language>
          label={t('menu.language')}
          value={language.value}
          options={Object.entries(LANGUAGES) as [Language, string][]}
          choose={(to) => {
            language.value = to;
          }}
        />
        <Choice<Light>
          label={t('menu.light')}
          value={light.value}
          options={[
            ['system', t('light.system')],
            ['dark', t('light.dark')],
            ['light', t('light.light')],
          ]}
          choose={(to) => {
            light.value = to;
          }}
        />
        {known?.mayView && <a href="/images">{t('nav.images')}</a>}
        {known?.signOut && <a href={known.signOut}>{t('menu.signOut')}</a>}
      </div>
    </div>
  );
}
