/** What happened when and why. New lines come on top, and do not move what somebody reads. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JournalLine } from '../../../../contract/api/journal.ts';
import { Empty, Shape } from '../../parts/basic.tsx';
import type { Tone } from '../../say/language.ts';
import { journal } from '../../state/live.ts';
import { looking } from '../../state/shown.ts';
import { t } from '../../texts/index.ts';
import { moment, readable, relative, zoneName } from '../../texts/time.ts';

const TONES: Readonly<Record<string, Tone>> = {
  unhealthy: 'bad',
  'node-failed': 'bad',
  'action-failed': 'bad',
  'people-needed': 'bad',
  'change-failed': 'bad',
  'alert-fired': 'warn',
  'operation-refused': 'warn',
  'operation-failed': 'bad',
  'not-told': 'warn',
  'preflight-warning': 'warn',
  'node-warning': 'warn',
  expiring: 'warn',
  held: 'warn',
  budget: 'warn',
  died: 'warn',
  healthy: 'good',
  'alert-resolved': 'good',
  'operation-done': 'good',
  removed: 'good',
  remedy: 'work',
};

export function Lines({ lines, goTo }: { lines: readonly JournalLine[]; goTo?: (at: number) => void }) {
  return (
    <ol class="journal">
      {lines.map(({ at, code, text }) => (
        <li key={`${at} ${code} ${text}`} data-tone={TONES[code] ?? 'idle'}>
          <Shape tone={TONES[code] ?? 'idle'} />
          <time dateTime={at} class="figures" title={relative(at)}>
            {moment(at, { seconds: true })}
          </time>
          <span class="code">{code}</span>
          <span class="text">{readable(text)}</span>
          {goTo && (
            <button
              type="button"
              class="quiet small"
              aria-label={t('journal.goTo', { time: moment(at, { seconds: true }) })}
              onClick={() => goTo(Date.parse(at))}
            >
              {t('journal.look')}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

export function Journal() {
  const filter = useSignal('');
  /** How many lines there were when somebody began to read: later ones wait above. */
  const read = useSignal(journal.peek().length);
  const box = useRef<HTMLDivElement>(null);
  const lines = useComputed(() => {
    const words = filter.value.trim().toLocaleLowerCase();
    const until = looking.value;
    return journal.value
      .filter(({ at }) => until === undefined || Date.parse(at) <= until)
      .filter(({ code, text }) => words === '' || `${code} ${text}`.toLocaleLowerCase().includes(words))
      .toReversed();
  });
  const total = journal.value.length;
  const reading =
    box.current !== null && (box.current.matches(':hover') || box.current.contains(document.activeElement));
  useEffect(() => {
    if (!reading) read.value = total;
  });
  const waiting = reading ? Math.max(0, total - read.value) : 0;
  if (total === 0) return <Empty title={t('journal.none')} />;
  return (
    <div ref={box}>
      <div class="view-tools">
        <input
          type="search"
          aria-label={t('journal.filter')}
          placeholder={t('journal.filter')}
          value={filter.value}
          onInput={(typed) => {
            filter.value = typed.currentTarget.value;
          }}
        />
        <span class="muted">{zoneName()}</span>
        <button
          type="button"
          class="small"
          hidden={waiting === 0}
          onClick={() => {
            read.value = total;
          }}
        >
          {t('journal.new', { n: waiting })}
        </button>
      </div>
      <Lines
        lines={waiting > 0 ? lines.value.slice(waiting) : lines.value}
        goTo={(at) => {
          looking.value = at;
        }}
      />
    </div>
  );
}
