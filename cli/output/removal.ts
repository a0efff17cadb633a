import type { RemovalPreview } from '../http/types.ts';
import { leftTable } from './left.ts';
import { facts, table } from './table.ts';

/** What `teardown` without `--confirm` would remove. */
export function removalTable(event: string, preview: unknown): string {
  const { state, resourceGroup, wouldRemove = [], wouldStay, held, unseen } = preview as Partial<RemovalPreview>;
  return [
    facts([
      ['event', event],
      ['state', state],
      ['group', resourceGroup],
      ['held', held && `hold=${held}: its time to live passes it by, a teardown does not`],
      ['not looked at', unseen],
    ]),
    '\n',
    table(
      ['WOULD BE REMOVED', 'TYPE'],
      wouldRemove.map(({ name, type }) => [name, type]),
      'Nothing is left to remove',
    ),
    ...leftTable(wouldStay, 'WOULD STAY'),
    wouldRemove.length > 0 ? `\nNothing was removed: 'stream-control teardown ${event} --confirm' does it\n` : '',
  ].join('');
}
