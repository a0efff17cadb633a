import { table } from './table.ts';
import { oneLine } from './text.ts';

interface Thing {
  id?: string;
  type?: string;
  name?: string;
  kind?: string;
}

/** What `teardown` without `--confirm` would remove. */
export function removalTable(event: string, preview: Record<string, unknown>): string {
  const things = Object.values(preview).find(Array.isArray) as (Thing | string)[] | undefined;
  const rows = (things ?? []).map((thing) =>
    typeof thing === 'string' ? [thing, undefined] : [thing.name ?? thing.id, thing.type ?? thing.kind],
  );
  const rest = Object.entries(preview).filter(([, value]) => !Array.isArray(value) && value !== null);
  return [
    table(['WOULD BE REMOVED', 'TYPE'], rows, 'Nothing would be removed'),
    ...rest.map(([name, value]) => `${name}: ${oneLine(value)}\n`),
    `\nNothing was removed: 'stream-control teardown ${event} --confirm' does it\n`,
  ].join('');
}
