import { line } from '../../domain/text.ts';
import { seconds } from './text.ts';

/** Something that took time, or happened at one moment (`end` equal to `start`). Times in ms since the epoch. */
export interface Span {
  label: string;
  start: number;
  /** Absent while it still runs. */
  end?: number | undefined;
  /** Shown behind the bar. */
  note?: string | undefined;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `length` cells (fractional) that begins in cell `offset`; at least one visible mark. */
const bar = (offset: number, length: number, open: boolean, width: number): string => {
  const cell = Math.min(width - 1, Math.floor(offset));
  const room = width - cell;
  if (length < 1 / 8) return `${' '.repeat(cell)}│`;
  const full = Math.min(room, Math.floor(length));
  const rest = full < room ? (EIGHTHS[Math.floor((length - full) * 8)] ?? '') : '';
  const drawn = `${'█'.repeat(full)}${rest}` || '▏';
  return `${' '.repeat(cell)}${open ? `${drawn.slice(0, -1)}▶` : drawn}`;
};

/**
 * A text Gantt: one line per span, in order of start, on a common axis.
 * @param now where spans that still run are cut (ms since the epoch)
 * @param width cells for the axis
 */
export function gantt(spans: readonly Span[], now: number, width = 50): string {
  if (spans.length === 0) return 'nothing has run yet\n';
  const first = Math.min(...spans.map(({ start }) => start));
  const last = Math.max(first + 1, ...spans.map(({ start, end }) => Math.max(start, end ?? now)));
  const scale = width / (last - first);
  const label = Math.min(44, Math.max(...spans.map((span) => span.label.length)));
  const lines = [...spans]
    .sort((a, b) => a.start - b.start)
    .map(({ label: text, start, end, note }) => {
      const stop = end ?? Math.max(now, start);
      const drawn = bar((start - first) * scale, (stop - start) * scale, end === undefined, width);
      const took = stop > start ? seconds((stop - start) / 1000) : '';
      return [line(text).slice(0, label).padEnd(label), drawn.padEnd(width), took.padStart(12), line(note ?? '')]
        .join(' ')
        .trimEnd();
    });
  const axis = `${' '.repeat(label)} 0${seconds((last - first) / 1000).padStart(width - 1)}`;
  return [axis, ...lines, ''].join('\n');
}
