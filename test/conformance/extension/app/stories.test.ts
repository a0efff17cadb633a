/**
 * The whole app on the real durable extension and on the local engine at the same time, at one seed: what people see, what
 * Azure was asked, and what is left must be the same.
 */
import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../azurite.ts';
import { missing } from '../build.ts';
import { expected } from '../expected.ts';
import { type Course, causeless, courseOf, withoutRemedies } from './journal.ts';
import { Stack } from './stack.ts';
import { STORIES } from './stories.ts';
import { type Told, troubleOf, unsound, untaken } from './told.ts';

const reason = expected(missing());
const only = process.env.STORY ? new RegExp(process.env.STORY) : /./;
const chosen = Object.entries(STORIES).filter(([name]) => only.test(name));

/** Processes that wait for a core, per core, beyond which mixers are not heard in time. */
const STARVED = 4;
let most = 0;
const sampler = setInterval(() => {
  most = Math.max(most, (loadavg()[0] ?? 0) / availableParallelism());
}, 1000);
afterAll(() => clearInterval(sampler));
const starved = () => most > STARVED;

describe.skipIf(reason)('the app on the real durable extension and on the local engine', { timeout: 600_000 }, () => {
  let azurite: Azurite;
  const stacks: Stack[] = [];
  const times: string[] = [];
  const stories = new Map<string, Promise<Told>[]>();

  beforeAll(async () => {
    azurite = await startAzurite();
    const extension = { connectionString: azurite.connectionString, settings: { hubName: 'Stories' } };
    stacks.push(
      ...(await Promise.all([{}, { extension }].map((engine) => Stack.start({ seed: 'stories', ...engine })))),
    );
    for (const [name, story] of chosen) {
      const telling = stacks.map((stack) => story.tell(stack));
      // Its test says so.
      for (const one of telling) one.catch(() => {});
      stories.set(name, telling);
    }
  }, 240_000);
  afterAll(async () => {
    if (starved()) console.log(`a load of ${most.toFixed(1)} for each core: remedies are not compared`);
    if (times.length > 0)
      console.log(`three languages LIVE on the engine and on the extension after ${times.join(', ')}`);
    await Promise.all(stacks.map((stack) => stack.stop()));
    await azurite?.stop();
  });

  test.each(chosen)('%s', async (name, story) => {
    const both = await Promise.all(stories.get(name) ?? []);
    const judged = starved() ? withoutRemedies : (course: Course) => course;
    const [ours, real] = both.map(({ liveAfter, journal, requests, ...rest }) => {
      if (liveAfter !== undefined) times.push(`${Math.round(liveAfter / 100) / 10} s`);
      expect(causeless(journal)).toEqual([]);
      expect(rest.outcomes).toEqual(story.outcomes);
      const course = judged(courseOf(journal, requests));
      expect(course.states).toEqual(judged({ ...course, states: story.states }).states);
      return { ...rest, ...course };
    });
    expect(ours).toBeDefined();
    expect(real).toEqual(ours);
  });

  test('nothing is left: no resource, no living instance, no message; no status too long, no warning', async () => {
    for (const stack of stacks) {
      expect(await stack.resources()).toEqual([]);
      expect(await unsound(stack)).toEqual([]);
      expect(troubleOf(stack)).toEqual([]);
    }
    expect(await untaken(azurite.connectionString, 'Stories')).toEqual([]);
  });
});
