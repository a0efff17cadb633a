/** What relays and mixers have reported while this page is open, drawn over time. */
import { useComputed } from '@preact/signals';
import { Chart } from '../../draw/chart.tsx';
import { Empty } from '../../parts/basic.tsx';
import { grown, historyOf, type Series } from '../../state/history.ts';
import { event, relays } from '../../state/live.ts';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { Usage } from './usage.tsx';

const per = (list: (number | null)[] = [], divide: number): (number | null)[] =>
  list.map((value) => (value === null ? null : Math.round((value / divide) * 100) / 100));
/** How much a counter grew since the point before; a counter that fell began anew. */
const growth = (list: (number | null)[] = []): (number | null)[] =>
  list.map((value, index) => {
    const before = list[index - 1];
    return value === null || before === null || before === undefined || value < before ? 0 : value - before;
  });

/** Lines that one can tell apart; of more languages those that lose most are drawn. */
const MOST = 6;

export function Charts() {
  const now = event.value;
  const known = useComputed(() => {
    void grown.value;
    const inputs = relays.value.map(({ component }) => ({ component, series: historyOf(`relay ${component}`) }));
    const mixers = (event.value?.languages ?? []).map((language) => ({
      language,
      series: historyOf(`mixer ${language}`),
    }));
    return { inputs, mixers };
  });
  if (!now) return null;
  const { inputs, mixers } = known.value;
  const first: Series | undefined = inputs[0]?.series;
  const beats = mixers.filter(({ series }) => series.at.length > 1);
  const lost = (series: Series) => growth(series.values.dropped).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const drawn = [...beats].sort((a, b) => lost(b.series) - lost(a.series)).slice(0, MOST);
  // Mixers speak at moments of their own: each is drawn over the axis of the first.
  const axis = drawn[0]?.series.at ?? [];
  const aligned = ({ at, values }: Series) => axis.map((time) => growth(values.dropped)[nearest(at, time)] ?? null);
  if ((first?.at.length ?? 0) < 2 && axis.length < 2)
    return (
      <>
        <Empty title={t('charts.none')}>
          <p>{t('charts.noneWhy')}</p>
        </Empty>
        <Usage name={now.event} />
      </>
    );
  return (
    <>
      <p class="hint">{t('charts.since')}</p>
      {first && first.at.length > 1 && (
        <>
          <h2 class="section">{t('charts.bitrate')}</h2>
          <Chart
            unit="Mbit/s"
            at={first.at}
            lines={inputs.map(({ component, series }) => ({
              label: said('component', component),
              values: per(series.values.bitrate, 1e6).slice(-first.at.length),
            }))}
          />
        </>
      )}
      {axis.length > 1 && (
        <>
          <h2 class="section">{t('charts.dropped')}</h2>
          <Chart
            unit=""
            at={axis}
            lines={drawn.map(({ language, series }) => ({ label: languageName(language), values: aligned(series) }))}
          />
        </>
      )}
      <Usage name={now.event} />
    </>
  );
}

function nearest(list: readonly number[], wanted: number): number {
  let found = 0;
  for (let index = 0; index < list.length; index++) if ((list[index] ?? 0) <= wanted) found = index;
  return found;
}
