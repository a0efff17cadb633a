/** The end of an event's time, on the wall clock: 15 minutes are the least that an event may live. Nightly. */
import { expect, test } from 'vitest';
import { startAzurite } from '../azurite.ts';
import { missing } from '../build.ts';
import { expected } from '../expected.ts';
import { Stack } from './stack.ts';
import { told, troubleOf, unsound, untaken } from './told.ts';

const reason = expected(missing());
const MINUTE = 60_000;

test.skipIf(reason)(
  'an event outlives its first end when it was extended, and ends by itself at its last',
  { timeout: 30 * MINUTE },
  async () => {
    const azurite = await startAzurite();
    const stack = await Stack.start({
      seed: 'expiry',
      extension: { connectionString: azurite.connectionString, settings: { hubName: 'Expiry' } },
    });
    try {
      expect(
        (await stack.call('POST', '/api/deploy', { event: 'sermon', languages: ['original'], ttl: '15m' })).status,
      ).toBe(202);
      const { expiresAt: first } = await stack.state('sermon', 'live');
      const created = Date.parse(String(first)) - 15 * MINUTE;
      expect(await stack.command('/api/events/sermon/extend', { ttl: '17m' })).toBe('done');
      await stack.state('sermon', 'gone', 25 * MINUTE);
      const { journal, certificate } = await told(stack, 'sermon', {});
      expect(certificate).toMatchObject({ outcome: 'gone', resourcesLeft: 0, secretsLeft: 0 });
      expect(journal.filter((line) => line.startsWith('expiring'))).toHaveLength(1);
      expect(Date.now()).toBeGreaterThanOrEqual(created + 17 * MINUTE - 1000);
      expect(await stack.resources()).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(await untaken(azurite.connectionString, 'Expiry')).toEqual([]);
      expect(troubleOf(stack)).toEqual([]);
    } finally {
      await stack.stop();
      await azurite.stop();
    }
  },
);
