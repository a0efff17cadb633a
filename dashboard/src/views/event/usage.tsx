/** What Azure Monitor has measured of containers and machines, between two moments. Asked for when it is looked at, and again every minute. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Metrics } from '../../../../contract/api/mixers.ts';
import { ask, isPassing, wordsOf } from '../../api/client.ts';
import { Chart, type Line } from '../../draw/chart.tsx';
import { Loading } from '../../parts/basic.tsx';
import { nameIn } from '../../say/sentence.ts';
import { event } from '../../state/live.ts';
import { t } from '../../texts/index.ts';
import { duration } from '../../texts/time.ts';

type Measured = Metrics['azure']['components'][number];
/** Minutes that can be looked at. */
const SPANS = [30, 120, 720] as const;
/** Azure Monitor has a value each minute. */
const AGAIN = 60_000;
/** What is drawn: which series, in which unit, and by what its values are divided. */
const DRAWN = [
  ['cpuPercent', '%', 1],
  ['inBitsPerSecond', 'Mbit/s', 1e6],
  ['outBitsPerSecond', 'Mbit/s', 1e6],
] as const;
/** Lines that one can tell apart; of more those that serve every language and then the highest are drawn. */
const MOST = 6;

/** Series over the moments of all of them. */
function drawn(components: readonly Measured[], key: (typeof DRAWN)[number][0], divide: number) {
  const at = [...new Set(components.flatMap((one) => one[key].map(([time]) => Date.parse(time) / 1000)))].sort(
    (a, b) => a - b,
  );
  const known = event.value?.components ?? [];
  const lines = components
    .filter((one) => one[key].length > 0)
    .map((one): Line & { top: number; shared: boolean } => {
      const values = new Map(one[key].map(([time, value]) => [Date.parse(time) / 1000, value / divide]));
      return {
        label: nameIn(known, one.component),
        values: at.map((time) => {
          const value = values.get(time);
          return value === undefined ? null : Math.round(value * 100) / 100;
        }),
        top: Math.max(...values.values()),
        shared: known.find(({ component }) => component === one.component)?.language === null,
      };
    })
    .sort((a, b) => Number(b.shared) - Number(a.shared) || b.top - a.top)
    .slice(0, MOST);
  return { at, lines };
}

export function Usage({ name }: { name: string }) {
  const minutes = useSignal<number>(SPANS[0]);
  const found = useSignal<Metrics['azure'] | { wrong: string } | undefined>(undefined);
  const span = minutes.value;
  useEffect(() => {
    const left = new AbortController();
    const look = async () => {
      const from = new Date(Date.now() - span * 60_000).toISOString();
      try {
        const path = `/api/events/${name}/metrics?from=${encodeURIComponent(from)}`;
        found.value = (await ask<Metrics>(path, { signal: left.signal })).azure;
      } catch (error) {
        // What passes is asked for again; what was seen stays.
        if (!left.signal.aborted && !isPassing(error)) found.value = { wrong: wordsOf(error) };
      }
    };
    void look();
    const again = setInterval(() => void look(), AGAIN);
    return () => {
      left.abort();
      clearInterval(again);
    };
  }, [name, span]);
  const now = found.value;
  return (
    <>
      <h2 class="section">{t('usage.title')}</h2>
      <fieldset class="choice">
        <legend>{t('usage.span')}</legend>
        <div class="segments">
          {SPANS.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="span"
                checked={one === span}
                onChange={() => {
                  minutes.value = one;
                }}
              />
              <span>{duration(one * 60)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {now === undefined ? (
        <Loading />
      ) : 'wrong' in now ? (
        <p class="errors">{now.wrong}</p>
      ) : (
        <>
          <p class="hint">{now.problem ?? t('usage.what')}</p>
          {DRAWN.map(([key, unit, divide]) => {
            const { at, lines } = drawn(now.components, key, divide);
            if (at.length < 2) return null;
            return (
              <div key={key}>
                <h3>{t(`usage.${key}`)}</h3>
                <Chart unit={unit} at={at} lines={lines} />
              </div>
            );
          })}
          {now.components.every((one) => DRAWN.every(([key]) => one[key].length < 2)) && (
            <p class="muted">{t('usage.none')}</p>
          )}
        </>
      )}
    </>
  );
}
