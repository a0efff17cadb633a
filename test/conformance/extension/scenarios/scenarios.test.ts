/**
 * Small orchestrations, told to our engine and to the real extension in the same words: every answer, status, output and
 * history must be the same, but for what differences.ts names.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../../local/durable/engine.ts';
import { createWorker } from '../../../../local/host/worker.ts';
import { type Azurite, startAzurite } from '../azurite.ts';
import { missing } from '../build.ts';
import { expected } from '../expected.ts';
import { Storage } from '../storage.ts';
import { type Difference, differences, picture } from './compare.ts';
import { KNOWN, type Known, knownFor } from './differences.ts';
import { KINDS, ourRows, realRows } from './rows.ts';
import { type Answering, serveAnswers } from './server.ts';
import { HUB, type Side, startOurs, startReal, Telling } from './side.ts';
import { STORIES } from './stories/index.ts';
import type { Story } from './stories/story.ts';

const reason = expected(missing());

/** Stories that are told at once: more would only wait for each other. */
const AT_ONCE = 32;
const ANY_ORDER =
  /^(activityEchoes|fan|retriesInFan|childrenAtOnce|entityInFan|timers|childOfVersion|anyLeaves|generationOpenTimer)/;

/** What the real extension never ends: not waited for. */
const HANGS =
  /^(activityUnknown|activityIsOrchestrator|activityNoName|entityUnknown$|childUnknown|childIs|childBadId|childOfVersion|throws-3)/;
const PATIENCE = 12_000;

const require = createRequire(import.meta.url);
const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
const { PLAIN } = require('./app/functions/plain.js') as { PLAIN: { name: string; input: unknown }[] };

const plainStories: Story[] = PLAIN.map(({ name, input }, index) => {
  const same = PLAIN.filter((one) => one.name === name);
  return {
    name: same.length > 1 ? `${name}-${PLAIN.slice(0, index).filter((one) => one.name === name).length}` : name,
    anyOrder: ANY_ORDER.test(name),
    async tell(on) {
      await on.start(name, input);
      await (HANGS.test(on.name) ? on.settles(PATIENCE) : on.ends());
    },
  };
});
const only = process.env.STORY ? new RegExp(process.env.STORY) : undefined;
const stories = [...plainStories, ...STORIES].filter(({ name }) => only?.test(name) ?? true);

/** One difference as one line. */
const line = ({ at, ours, real }: Difference): string =>
  `${at}: ours ${JSON.stringify(ours)?.slice(0, 1500)}, real ${JSON.stringify(real)?.slice(0, 1500)}`;

type Told = { heard: unknown[]; error?: undefined } | { heard: unknown[]; error: unknown };

describe.skipIf(reason)('our engine and the real extension', () => {
  let azurite: Azurite;
  let server: Answering;
  const sides: Side[] = [];
  let store: () => Store;
  const told = new Map<string, Promise<[Told, Told]>>();
  const used = new Set<Known>();

  beforeAll(async () => {
    azurite = await startAzurite();
    server = await serveAnswers();
    const ours = await startOurs(runner);
    store = () => ours.store;
    sides.push(ours, await startReal(runner, azurite.connectionString, () => {}));
    // A burst before the real one owns its queues would come back to it after a minute only.
    for (const side of sides) {
      const warm = new Telling(side, 'warm');
      await warm.start('fan');
      await warm.ends();
    }
    begin();
  });
  afterAll(async () => {
    for (const side of sides) await side.stop();
    server?.stop();
    await azurite?.stop();
  });

  /** All of them, some at once: the tests only wait for theirs. */
  function begin(): void {
    const waiting = stories.map((story) => {
      const { promise, resolve } = Promise.withResolvers<[Told, Told]>();
      told.set(story.name, promise);
      return { story, resolve };
    });
    const next = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const { story, resolve } = one;
        resolve((await Promise.all(sides.map((side) => tell(story, side)))) as [Told, Told]);
      }
    };
    for (let n = 0; n < AT_ONCE; n++) void next();
  }

  async function tell(story: Story, side: Side): Promise<Told> {
    const telling = new Telling(side, story.name);
    try {
      await story.tell(telling, server.url);
      return { heard: telling.heard };
    } catch (error) {
      return { heard: telling.heard, error };
    }
  }

  /** @throws with every difference that is not known */
  function compare(name: string, ours: unknown, real: unknown): void {
    const unknown = differences(ours, real).filter((one) => {
      const known = knownFor(name, one);
      if (known) used.add(known);
      return !known;
    });
    // Not by expect: it shortens what must be read whole.
    if (unknown.length > 0)
      throw new Error(`${unknown.length} unexplained differences\n${unknown.map(line).join('\n')}`);
  }

  test.each(stories)('$name', async ({ name, anyOrder = false }) => {
    const [ours, real] = (await told.get(name)) ?? [];
    if (!ours || !real) throw new Error(`${name} was not told`);
    for (const { error } of [ours, real]) if (error) throw error;
    compare(name, picture(ours.heard, 'ours', anyOrder), picture(real.heard, 'real', anyOrder));
  });

  test.each(KINDS.filter((name) => stories.some((story) => story.name === name)))('rows of %s', async (name) => {
    await told.get(name);
    const rows = await realRows(new Storage(azurite.connectionString), HUB, `real-${name}`);
    compare(`rows-${name}`, picture(ourRows(store(), `ours-${name}`), 'ours', false), picture(rows, 'real', false));
  });

  test.skipIf(only)('what is known to differ still does', () => {
    expect(KNOWN.filter((known) => !known.sometimes && !used.has(known))).toEqual([]);
  });
});
