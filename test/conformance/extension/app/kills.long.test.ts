/** kill -9 of the app's worker, of the host, of everything, with events in every phase: each comes to its end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../azurite.ts';
import { buildExtensionHost, missing } from '../build.ts';
import { expected } from '../expected.ts';
import type { Victim } from './host.ts';
import { Stack } from './stack.ts';
import { changes, troubleOf, unsound } from './told.ts';

const reason = expected(missing());

/** What may be said of work that was taken away from under somebody. */
const OF_KILLS = [/node exited with code 137/, /Detected a host failure|lost|stolen|lease/i];

describe.skipIf(reason)('kill -9 on the real durable extension', { timeout: 400_000 }, () => {
  let azurite: Azurite;
  beforeAll(async () => {
    buildExtensionHost();
    azurite = await startAzurite();
  }, 240_000);
  afterAll(() => azurite?.stop());

  // Each with a hub of its own, at the same time: most of it is waiting for what the dead had taken to come back.
  test.concurrent.each<Victim>(['worker', 'host', 'all'])('of %s', async (victim) => {
    const stack = await Stack.start({
      seed: `kill-${victim}`,
      workers: 1,
      extension: { connectionString: azurite.connectionString, settings: { hubName: `Kill${victim}` } },
    });
    const deploy = async (event: string) =>
      expect((await stack.call('POST', '/api/deploy', { event, languages: ['original'] })).status).toBe(202);
    try {
      const [host] = stack.hosts;
      if (!host) throw new Error('There is no host');
      await Promise.all(['leaving', 'staying', 'resting'].map(deploy));
      await Promise.all(['leaving', 'staying', 'resting'].map((event) => stack.state(event, 'live')));
      await deploy('making');
      await stack.state('making', ['provisioning', 'verifying', 'live']);
      await stack.call('POST', '/api/teardown', { event: 'leaving', confirm: true });
      await stack.call('POST', '/api/events/staying/languages', { add: ['german'] });
      await stack.call('POST', '/api/events/resting/pause', {});
      await deploy('starting');
      await host.kill(victim);
      if (!host.up) await host.start();
      await Promise.all([
        stack.state('leaving', 'gone'),
        stack.state('making', 'live'),
        stack.state('starting', 'live'),
        stack.state('resting', 'paused'),
        stack.until(
          '/api/status/staying',
          ({ state, languages }) => state === 'live' && (languages as string[]).includes('german'),
        ),
      ]);
      const alive = ['making', 'starting', 'staying', 'resting'];
      for (const event of alive) await stack.call('POST', '/api/teardown', { event, confirm: true });
      for (const event of alive) await stack.state(event, 'gone');
      expect(await stack.resources()).toEqual([]);
      // Nothing was made twice: each resource was created once.
      const made = (await changes(stack)).filter((line) => line.startsWith('PUT') && line.endsWith(' 201'));
      expect(made.filter((line, index) => line === made[index - 1])).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(troubleOf(stack).filter((line) => !OF_KILLS.some((each) => each.test(line)))).toEqual([]);
    } finally {
      await stack.stop();
    }
  });
});
