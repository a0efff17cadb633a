/** A slider over the event's past: everything on the screen is then as it was at that second. */

import { second } from '../../state/clock.ts';
import { deployment, event } from '../../state/live.ts';
import { looking } from '../../state/shown.ts';
import { t } from '../../texts/index.ts';
import { moment } from '../../texts/time.ts';

const STEP = 1_000;

export function Travel() {
  const run = deployment.value;
  if (!run || !event.value) return null;
  const from = Date.parse(run.startedAt);
  const to = run.finishedAt ? Date.parse(run.finishedAt) : second.value;
  const at = looking.value ?? to;
  return (
    <div class="travel" data-back={looking.value !== undefined || undefined}>
      <label>
        <span>
          {looking.value === undefined ? t('travel') : t('travel.at', { time: moment(at, { seconds: true }) })}
        </span>
        <input
          type="range"
          min={from}
          max={to}
          step={STEP}
          value={at}
          aria-valuetext={moment(at, { seconds: true })}
          onInput={(moved) => {
            const chosen = Number(moved.currentTarget.value);
            looking.value = chosen >= to - STEP ? undefined : chosen;
          }}
        />
      </label>
      <button
        type="button"
        class="small"
        disabled={looking.value === undefined}
        onClick={() => {
          looking.value = undefined;
        }}
      >
        {t('travel.now')}
      </button>
    </div>
  );
}
