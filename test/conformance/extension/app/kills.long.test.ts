/** kill -9 of the app's worker, of the host, of everything, with events in every phase: each comes to its end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../azurite.ts';
import { missing } from '../build.ts';
import { expected } from '../expected.ts';
import type { Victim } from './host.ts';
import { live } from './phases.ts';
import { Stack } from './stack.ts';
import { createdTwice, told, troubleOf, unsound, untaken } from './told.ts';

const reason = expected(missing());

/** What may be said of work that was taken away from under somebody. */
const OF_KILLS = [/node exited with code 137/, /Detected a host failure|lost|stolen|lease/i];

/** Whether nothing comes after this state. */
const final = ({ state }: Record<string, unknown>) => state === 'gone' || state === 'failed';

/** Certificates of events that were led through every phase, by event. */
async function certificates(stack: Stack, disturb: () => Promise<void>): Promise<Record<string, unknown>> {
  const events = await live(stack, disturb);
  for (const event of events) {
    if (final((await stack.call('GET', `/api/status/${event}`)).body)) continue;
    await stack.call('POST', '/api/teardown', { event, confirm: true });
  }
  await Promise.all(events.map((event) => stack.until(`/api/status/${event}`, final)));
  const pairs = events.map(async (event) => [event, (await told(stack, event, {})).certificate] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

describe.skipIf(reason)('kill -9 on the real durable extension', { timeout: 1_500_000 }, () => {
  let azurite: Azurite;
  /** On the local engine, where nobody is killed. */
  let calm: Promise<Record<string, unknown>>;
  beforeAll(async () => {
    azurite = await startAzurite();
    const stack = await Stack.start({ seed: 'kills' });
    calm = certificates(stack, async () => {}).finally(() => stack.stop());
    calm.catch(() => {});
  }, 240_000);
  afterAll(() => azurite?.stop());

  test.each<Victim>(['worker', 'host', 'all'])('of %s', async (victim) => {
    const hubName = `Kill${victim}`;
    const stack = await Stack.start({
      seed: 'kills',
      workers: 1,
      extension: { connectionString: azurite.connectionString, settings: { hubName } },
    });
    try {
      const [host] = stack.hosts;
      if (!host) throw new Error('There is no host');
      const certified = await certificates(stack, async () => {
        await host.kill(victim);
        if (!host.up) await host.start();
      });
      expect(certified).toEqual(await calm);
      expect(await stack.resources()).toEqual([]);
      expect(await createdTwice(stack)).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(await untaken(azurite.connectionString, hubName)).toEqual([]);
      expect(troubleOf(stack).filter((line) => !OF_KILLS.some((each) => each.test(line)))).toEqual([]);
    } finally {
      await stack.stop();
    }
  });
});
