/**
 * The whole app on the real durable extension and on the local engine at the same time, at one seed: what people see, what
 * Azure was asked, and what is left must be the same.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../azurite.ts';
import { buildExtensionHost, missing } from '../build.ts';
import { expected } from '../expected.ts';
import { Stack } from './stack.ts';
import { causeless, essence } from './journal.ts';
import { STORIES } from './stories.ts';
import { type Told, troubleOf, unsound } from './told.ts';

const reason = expected(missing());
const only = process.env.STORY ? new RegExp(process.env.STORY) : /./;
const chosen = Object.entries(STORIES).filter(([name]) => only.test(name));

describe.skipIf(reason)('the app on the real durable extension and on the local engine', { timeout: 600_000 }, () => {
  let azurite: Azurite;
  const stacks: Stack[] = [];
  const stories = new Map<string, Promise<Told>[]>();

  beforeAll(async () => {
    buildExtensionHost();
    azurite = await startAzurite();
    const extension = { connectionString: azurite.connectionString, settings: { hubName: 'Stories' } };
    stacks.push(
      ...(await Promise.all([{}, { extension }].map((engine) => Stack.start({ seed: 'stories', ...engine })))),
    );
    for (const [name, story] of chosen) {
      const telling = stacks.map((stack) => story(stack));
      // Its test says so.
      for (const one of telling) one.catch(() => {});
      stories.set(name, telling);
    }
  }, 240_000);
  afterAll(async () => {
    await Promise.all(stacks.map((stack) => stack.stop()));
    await azurite?.stop();
  });

  test.each(chosen)('%s', async (name) => {
    const [ours, real] = await Promise.all(stories.get(name) ?? []);
    if (!ours || !real) throw new Error(`${name} was not told`);
    if (process.env.SHOW) console.log(JSON.stringify([ours, real], null, 1));
    expect(real.outcomes).toMatchSnapshot();
    expect([...causeless(ours.journal), ...causeless(real.journal)]).toEqual([]);
    expect({ ...real, journal: essence(real.journal) }).toEqual({ ...ours, journal: essence(ours.journal) });
  });

  test('nothing is left: no resource, no living instance, no message; no status too long, no warning', async () => {
    for (const stack of stacks) {
      expect(await stack.resources()).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(troubleOf(stack)).toEqual([]);
    }
  });
});
