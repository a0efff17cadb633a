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
const OF_KILLS = [
  /node exited with code 137/,
  /Detected a host failure|lost|stolen|lease/i,
  // A host that comes again makes its container again.
  /409 The specified container already exists/,
  // Who sent it died before the row that it belongs to was written: given back for some milliseconds until that is there.
  /was received out of order and will be temporarily returned/,
  /Abandoning \[\w+#\d+\] message back/,
  // Sent again by who did not know that it was sent.
  /Discarding \[ExecutionStarted\]: Duplicate start event/,
  // An alarm that went off while it was being called off.
  /Cannot terminate orchestration instance in the Completed state/,
];
/** What runs in a worker that dies has failed, and says so. */
const OF_WORKERS = [/^Function\.\w+(\.User)?: .*(Executed '\w+' \(Failed|failed with an error)/];
/** An attempt whose worker died in a turn has failed for good (the issue of faults, number 30): the next one took its place. */
const TAKEN_UP = /^(?!event-).+-\d+ is Failed$/;

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
      expect((await unsound(stack)).filter((line) => victim === 'host' || !TAKEN_UP.test(line))).toEqual([]);
      expect(await untaken(azurite.connectionString, hubName)).toEqual([]);
      const expectedOf = victim === 'host' ? OF_KILLS : [...OF_KILLS, ...OF_WORKERS];
      expect(troubleOf(stack).filter((line) => !expectedOf.some((each) => each.test(line)))).toEqual([]);
    } finally {
      await stack.stop();
    }
  });
});
