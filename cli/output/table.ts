import { line } from '../../domain/text.ts';
import { oneLine } from './text.ts';

/** Rows as aligned columns under a heading; the last column is not padded. Empty rows give `empty`. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
  empty = 'none',
): string {
  if (rows.length === 0) return `${empty}\n`;
  const cells = [heading, ...rows].map((row) => heading.map((_, column) => line(row[column] ?? '') || '-'));
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

/** `name  value` lines; those without a value are left out. */
export function facts(rows: readonly (readonly [string, string | number | undefined | null])[]): string {
  const shown = rows.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${line(String(value))}\n`).join('');
}

/** Members of a value with the path to each: `input.bitrate`. */
function members(value: unknown, path = ''): [name: string, value: string][] {
  if (typeof value !== 'object' || value === null) return [[path, oneLine(value)]];
  if (Array.isArray(value)) return [[path, value.map((each) => oneLine(each)).join(', ')]];
  return Object.entries(value).flatMap(([name, member]) => members(member, path ? `${path}.${name}` : name));
}

/** What several things say of themselves, side by side: a line per word, a column per thing. */
export function told(said: Readonly<Record<string, unknown>>): string {
  const columns = Object.values(said).map((value) => new Map(members(value)));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return table(
    ['SAYS', ...Object.keys(said).map((name) => name.toUpperCase())],
    names.map((name) => [name, ...columns.map((column) => column.get(name))]),
    'nothing is said',
  );
}
