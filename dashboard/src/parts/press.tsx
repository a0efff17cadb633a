/** A button that becomes what it has begun: sent, taken, done, or refused and why. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { second } from '../state/clock.ts';
import { dismiss, type Given, isOpen, operations, perform, type Running } from '../state/operations.ts';
import { t } from '../texts/index.ts';
import { duration, readable } from '../texts/time.ts';

interface PressProps {
  given: Given;
  children: ComponentChildren;
  /** What it will do, on the button's own line. */
  consequence?: ComponentChildren;
  kind?: 'main' | 'plain' | 'danger';
  /** Why the control plane would refuse it now. */
  refusal?: string | undefined;
  /** What is missing here before it can be pressed. */
  first?: string | undefined;
  /** Asks once more, in place, before it does. */
  sure?: string;
  small?: boolean;
  done?: (outcome: Running) => void;
}

export function Outcome({ running }: { running: Running | undefined }) {
  const seconds = running && isOpen(running) ? Math.max(0, (second.value - running.since) / 1000) : 0;
  const tone =
    running &&
    { done: 'good', refused: 'bad', failed: 'bad', unanswered: 'warn', sending: 'work', accepted: 'work' }[
      running.phase
    ];
  return (
    <div class="outcome" role="status">
      {running && (
        <p data-tone={tone}>
          <strong>{t(`operation.${running.phase}`)}</strong>
          {isOpen(running) && seconds >= 1 ? <span class="muted"> {duration(seconds)}</span> : null}
          {running.reason ? <span> {readable(running.reason)}</span> : null}
          {!isOpen(running) && (
            <button type="button" class="quiet small" onClick={() => dismiss(running.place)}>
              {t('close')}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

export function Press({
  given,
  children,
  consequence,
  kind = 'plain',
  refusal,
  first,
  sure,
  small = false,
  done,
}: PressProps) {
  const asking = useSignal(false);
  const running = operations.value[given.place];
  const open = isOpen(running);
  const shut = refusal !== undefined || first !== undefined;
  const press = async () => {
    if (open || shut) return;
    if (sure !== undefined && !asking.value) {
      asking.value = true;
      return;
    }
    asking.value = false;
    const outcome = await perform(given);
    done?.(outcome);
  };
  return (
    <div class="press">
      <div class="press-row">
        <button
          type="button"
          class={`${kind} ${small ? 'small' : ''}`}
          aria-disabled={open || shut}
          data-busy={open || undefined}
          onClick={press}
        >
          {asking.value ? sure : children}
        </button>
        {asking.value && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              asking.value = false;
            }}
          >
            {t('cancel')}
          </button>
        )}
      </div>
      <p class="hint">
        {refusal === undefined ? consequence : `${t('refused.now')}: ${readable(refusal)}`}
        {refusal === undefined && first !== undefined && <span class="first"> {t('first', { what: first })}</span>}
      </p>
      <Outcome running={running} />
    </div>
  );
}
