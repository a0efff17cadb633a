import { expect, it } from 'vitest';
import type { RemovedResource } from '../../domain/seam/removal.ts';
import { seenBy } from '../../domain/seen.ts';

const one = (name: string, more: Partial<RemovedResource> = {}): RemovedResource => ({
  id: `/G/${name}`,
  type: 't',
  name,
  ...more,
});
const listed = (at: string, ...resources: RemovedResource[]) => ({
  at,
  step: { step: 'listed' as const, exists: true, resources },
});

it('is what the listings had, when each was there last, and by when it was not', () => {
  const seen = seenBy([
    listed('1', one('a', { state: 'Creating' }), one('b')),
    listed('2', one('a', { state: 'Deleting' })),
    { at: '3', step: { step: 'deleting', token: '' } },
    { at: '4', step: { step: 'gone' } },
    { at: '5', step: { step: 'gone' } },
  ]);
  expect([...seen.values()]).toEqual([
    one('a', { state: 'Creating', seenAt: '2', removedAt: '4' }),
    one('b', { seenAt: '1', removedAt: '2' }),
  ]);
});

it('goes on from what another had seen, and what comes back is there', () => {
  const heard = { at: '1', step: { step: 'heard' as const, resources: [one('a', { removedAt: '0' }), one('b')] } };
  const seen = seenBy([heard, listed('2', one('a'))]);
  expect([...seen.values()]).toEqual([one('a', { seenAt: '2' }), one('b', { removedAt: '2' })]);
});
