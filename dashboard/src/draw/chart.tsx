/** Lines over time. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { moment, number, shownZone } from '../texts/time.ts';

export interface Line {
  label: string;
  values: (number | null)[];
}

const HEIGHT = 160;
const INKS = ['--accent', '--good', '--warn', '--bad', '--violet', '--cyan'];
/** Dashes as well as colours: a line is told by more than its colour. */
const DASHES = [[], [8, 4], [2, 4], [12, 4, 2, 4]];

export function Chart({ at, lines, unit }: { at: number[]; lines: readonly Line[]; unit: string }) {
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
