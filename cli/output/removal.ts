import { facts, table } from './table.ts';

/** Answer of `POST /api/teardown` without `confirm`. */
interface Preview {
  state?: string;
  resourceGroup?: string;
  wouldRemove?: { name: string; type: string }[];
}

/** What `teardown` without `--confirm` would remove. */
export function removalTable(event: string, preview: unknown): string {
  const { state, resourceGroup, wouldRemove = [] } = preview as Preview;
  return [
    facts([
      ['event', event],
      ['state', state],
      ['group', resourceGroup],
    ]),
    '\n',
    table(
      ['WOULD BE REMOVED', 'TYPE'],
      wouldRemove.map(({ name, type }) => [name, type]),
      'Nothing is left to remove',
    ),
    wouldRemove.length > 0 ? `\nNothing was removed: 'stream-control teardown ${event} --confirm' does it\n` : '',
  ].join('');
}
