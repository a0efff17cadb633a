/** What relays and mixers have reported while this page is open, drawn over time. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useComputed } from '@preact/signals';
import { Empty } from '../../parts/basic.tsx';
import { grown, historyOf, type Series } from '../../state/history.ts';
import { event, relays } from '../../state/live.ts';
import { said, t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';
import { moment, number, shownZone } from '../../texts/time.ts';

interface Line {
  label: string;
  values: (number | null)[];
}

const HEIGHT = 160;
const INKS = ['--accent', '--good', '--warn', '--bad', '--violet', '--cyan'];
/** Dashes as well as colours: a line is told by more than its colour. */
const DASHES = [[], [8, 4], [2, 4], [12, 4, 2, 4]];

function Chart({ at, lines, unit }: { at: number[]; lines: readonly Line[]; unit: string }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  // Times are drawn as they are chosen to be shown.
  const names = `${shownZone()} ${lines.map(({ label }) => label).join()}`;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const ink = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const axis = {
      stroke: ink('--muted'),
      grid: { stroke: ink('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    plot.current = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false },
        axes: [
          {
            ...axis,
            values: (_plot: uPlot, ticks: number[]) => ticks.map((tick) => moment(tick * 1000, { seconds: true })),
            space: 88,
          },
          {
            ...axis,
            size: 88,
            values: (_plot: uPlot, ticks: number[]) => ticks.map((tick) => `${number(tick, 2)} ${unit}`),
          },
        ],
        series: [
          {},
          ...lines.map(({ label }, index) => ({
            label,
            stroke: ink(INKS[index % INKS.length] ?? '--accent'),
            dash: DASHES[Math.floor(index / INKS.length) % DASHES.length] ?? [],
            width: 1.5,
            points: { show: false },
          })),
        ],
      },
      [at, ...lines.map(({ values }) => values)],
      element,
    );
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [names]);
  useEffect(() => {
    plot.current?.setData([at, ...lines.map(({ values }) => values)]);
  });
  return (
    <>
      <div
        class="chart"
        ref={box}
        role="img"
        aria-label={lines.map(({ label, values }) => `${label}: ${values.at(-1) ?? '–'} ${unit}`).join('; ')}
      />
      <ul class="chart-keys">
        {lines.map(({ label, values }, index) => (
          <li key={label}>
            <i data-ink={index % INKS.length} /> {label}{' '}
            <span class="figures muted">
              {values.at(-1) ?? '–'} {unit}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

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
      <Empty title={t('charts.none')}>
        <p>{t('charts.noneWhy')}</p>
      </Empty>
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
    </>
  );
}

function nearest(list: readonly number[], wanted: number): number {
  let found = 0;
  for (let index = 0; index < list.length; index++) if ((list[index] ?? 0) <= wanted) found = index;
  return found;
}
