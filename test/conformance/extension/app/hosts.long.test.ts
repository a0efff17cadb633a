/** Two hosts share the events of one task hub: doors on both, work on both, and either may come or go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../azurite.ts';
import { missing } from '../build.ts';
import { expected } from '../expected.ts';
import { Stack } from './stack.ts';
import { createdTwice, troubleOf, unsound, untaken } from './told.ts';

const reason = expected(missing());

describe.skipIf(reason)('more than one event, more than one host', { timeout: 400_000 }, () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  }, 240_000);
  afterAll(() => azurite?.stop());

  const start = (hubName: string) =>
    Stack.start({ seed: hubName, extension: { connectionString: azurite.connectionString, settings: { hubName } } });
  const each = (stack: Stack, events: string[], state: string) =>
    Promise.all(events.map((event) => stack.state(event, state)));
  const deploy = (stack: Stack, events: string[]) =>
    Promise.all(
      events.map(async (event) => {
        const { status } = await stack.call('POST', '/api/deploy', { event, languages: ['original'] });
        expect(status).toBe(202);
      }),
    );
  const teardown = async (stack: Stack, events: string[]) => {
    for (const event of events) await stack.call('POST', '/api/teardown', { event, confirm: true });
    await each(stack, events, 'gone');
  };

  test('ten events at once come and go', async () => {
    const stack = await start('Ten');
    const names = Array.from({ length: 10 }, (_, index) => `event-${index}`);
    try {
      await deploy(stack, names);
      await each(stack, names, 'live');
      await teardown(stack, names);
      expect(await stack.resources()).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(await untaken(azurite.connectionString, 'Ten')).toEqual([]);
      expect(troubleOf(stack)).toEqual([]);
    } finally {
      await stack.stop();
    }
  });

  test('a second host comes in the middle, dies, comes again', async () => {
    const stack = await start('Two');
    try {
      await deploy(stack, ['one', 'two']);
      const second = await stack.addHost();
      await deploy(stack, ['three', 'four']);
      await each(stack, ['one', 'two', 'three', 'four'], 'live');
      await deploy(stack, ['five', 'six']);
      await second.kill('all');
      await each(stack, ['five', 'six'], 'live');
      await second.start();
      await teardown(stack, ['one', 'two', 'three', 'four', 'five', 'six']);
      expect(await stack.resources()).toEqual([]);
      expect(await createdTwice(stack)).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(await untaken(azurite.connectionString, 'Two')).toEqual([]);
    } finally {
      await stack.stop();
    }
  });
});
