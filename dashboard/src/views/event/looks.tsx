/** What is looked up only when somebody asks: the latest lines of the programs' logs, and what stands in Azure against the plan. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Drift as DriftAnswer } from '../../../../contract/api/drift.ts';
import type { Logs as LogsAnswer } from '../../../../contract/api/logs.ts';
import { ask, wordsOf } from '../../api/client.ts';
import { nameIn } from '../../say/sentence.ts';
import { event } from '../../state/live.ts';
import { t } from '../../texts/index.ts';
import { moment } from '../../texts/time.ts';

interface LookProps<Answer> {
  path: string;
  /** What the button says, and what a look does. */
  name: string;
  what: string;
  children: (answer: Answer) => ComponentChildren;
}

/** A button and what it found. Looking changes nothing. */
export function Look<Answer>({ path, name, what, children }: LookProps<Answer>) {
  const found = useSignal<{ answer: Answer } | { wrong: string } | undefined>(undefined);
  const busy = useSignal(false);
  const look = async () => {
    if (busy.value) return;
    busy.value = true;
    try {
      found.value = { answer: await ask<Answer>(path) };
    } catch (error) {
      found.value = { wrong: wordsOf(error) };
    }
    busy.value = false;
  };
  const now = found.value;
  return (
    <div class="press">
      <div class="press-row">
        <button
          type="button"
          class="plain"
          aria-disabled={busy.value}
          data-busy={busy.value || undefined}
          onClick={look}
        >
          {name}
        </button>
      </div>
      <p class="hint">{what}</p>
      <div role="status">{now && ('wrong' in now ? <p class="errors">{now.wrong}</p> : children(now.answer))}</div>
    </div>
  );
}

export function Logs() {
  const now = event.value;
  if (!now) return null;
  const name = (component: string) => nameIn(now.components, component);
  return (
    <Look<LogsAnswer> path={`/api/events/${now.event}/logs`} name={t('logs.do')} what={t('logs.what')}>
      {({ logs }) =>
        logs.map(({ component, text }) => (
          <details key={component} class="log">
            <summary>{name(component)}</summary>
            <section aria-label={t('logs.of', { name: name(component) })}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
              <pre tabIndex={0}>{text}</pre>
            </section>
          </details>
        ))
      }
    </Look>
  );
}

const shortly = (value: unknown): string => (value === null ? t('drift.nothing') : JSON.stringify(value));

export function Drift() {
  const now = event.value;
  if (!now) return null;
  return (
    <Look<DriftAnswer> path={`/api/events/${now.event}/drift`} name={t('drift.do')} what={t('drift.what')}>
      {({ at, looked, differences, strangers }) => (
        <>
          <p data-tone={differences.length + strangers.length === 0 ? 'good' : 'warn'}>
            {differences.length + strangers.length === 0
              ? t('drift.none', { n: looked })
              : t('drift.found', { n: differences.length + strangers.length })}{' '}
            <span class="muted">{moment(at, { seconds: true })}</span>
          </p>
          <ul class="differences">
            {differences.map(({ node, path, planned, actual }) => (
              <li key={`${node} ${path}`}>
                <strong>{node}</strong> {path || t('drift.whole')}: {t('drift.planned', { value: shortly(planned) })},{' '}
                {t('drift.actual', { value: shortly(actual) })}
              </li>
            ))}
            {strangers.map(({ id, name, why }) => (
              <li key={id}>
                <strong>{name}</strong> {why}
              </li>
            ))}
          </ul>
        </>
      )}
    </Look>
  );
}
