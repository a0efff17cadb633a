/** The smallest parts: shapes, states in words, times, things to copy. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Tone } from '../say/language.ts';
import { t } from '../texts/index.ts';
import { fully, moment, relative, zoneName } from '../texts/time.ts';

const SHAPES: Record<Tone, string> = {
  good: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z',
  idle: 'M8 3.6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 0 0 0-8.8zM8 2.1a5.9 5.9 0 1 1 0 11.8a5.9 5.9 0 0 1 0-11.8z',
  work: 'M8 2a6 6 0 0 1 6 6h-1.8A4.2 4.2 0 0 0 8 3.8zM8 14a6 6 0 0 1-6-6h1.8A4.2 4.2 0 0 0 8 12.2z',
  warn: 'M8 1.6l6.6 11.9H1.4zM7.2 5.8v3.9h1.6V5.800zM7.2 10.700v1.5h1.6v-1.5z',
  bad: 'M5.200 1.800h5.600l3.400 3.400v5.600l-3.400 3.400H5.200L1.800 10.800V5.200zM5.6 6.700L6.900 8L5.600 9.300l1.100 1.100L8 9.100l1.300 1.300l1.100-1.100L9.100 8l1.300-1.300l-1.100-1.100L8 6.900L6.700 5.600z',
  off: 'M3 3.500h10v1.600H3zM3 7.200h10v1.600H3zM3 10.900h10v1.600H3z',
};

export const Shape = ({ tone }: { tone: Tone }) => (
  <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
    <path fill-rule="evenodd" d={SHAPES[tone]} />
  </svg>
);

/** A state: shape, then word, then colour. */
export const State = ({ tone, children, big = false }: { tone: Tone; children: ComponentChildren; big?: boolean }) => (
  <span class={`state ${big ? 'big' : ''}`} data-tone={tone}>
    <Shape tone={tone} />
    <span>{children}</span>
  </span>
);

/** A moment in the chosen zone, and how long ago or ahead it is. */
export function At({
  time,
  seconds = false,
  both = true,
}: {
  time: string | null | undefined;
  seconds?: boolean;
  both?: boolean;
}) {
  if (!time) return <span class="muted">–</span>;
  return (
    <time dateTime={time} title={fully(time)}>
      {moment(time, { seconds })} <span class="zone">{zoneName()}</span>
      {both && <span class="muted"> · {relative(time)}</span>}
    </time>
  );
}

/** Copies a text, and says that it has. */
export function Copy({ text, what }: { text: string; what: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 2_000);
  };
  return (
    <button type="button" class="quiet small" aria-label={t('copy.what', { what })} onClick={copy}>
      <span aria-live="polite">{copied.value ? t('copy.done') : t('copy')}</span>
    </button>
  );
}

/** What stands where there is nothing. @param whole it is all there is on the page */
export const Empty = ({
  title,
  whole = false,
  children,
}: {
  title: string;
  whole?: boolean;
  children?: ComponentChildren;
}) => (
  <div class="empty">
    {whole ? (
      <h1 class="empty-title" tabIndex={-1}>
        {title}
      </h1>
    ) : (
      <p class="empty-title">{title}</p>
    )}
    {children}
  </div>
);

/** What could not be had, and another try. */
export const Wrong = ({ text, again }: { text: string; again: () => void }) => (
  <div class="notice" data-tone="warn" role="status">
    {text}{' '}
    <button type="button" class="small" onClick={again}>
      {t('again')}
    </button>
  </div>
);

/** What is not there yet, in the shape that it will have. */
export const Loading = ({ lines = 3 }: { lines?: number }) => (
  <div class="loading" role="status">
    <span class="hidden">{t('loading')}</span>
    {Array.from({ length: lines }, (_, index) => (
      <span key={index} class="bone" />
    ))}
  </div>
);
