/**
 * The whole app on the real durable extension, beside the same story on the local engine: what people see, what Azure was
 * asked, and what is left must be the same.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from './azurite.ts';
import { buildExtensionHost, missing } from './build.ts';
import { Stack } from './stack.ts';

const reason = missing();
if (reason && process.env.CI) throw new Error(`The durable extension must run in CI, but ${reason}`);
if (reason) console.warn(`skipped: ${reason}`);

/** Lines of the extension that are no trouble; every other one at warning or above fails the test. */
const HARMLESS = [
  // The instance ended and its queue was given up meanwhile; written as "Internal assert failure", and it goes on.
  /Session for instance .* was not found/,
  // A start that is taken from its queue before its row is in the table: given back for some milliseconds.
  /Abandoning \[ExecutionStarted\] message/,
  // Alarms that are no longer needed are terminated on purpose.
  /was terminated\. Reason/,
  // A message for an instance that has ended: an alarm that was terminated, a word that came after the end.
  /Discarding \d+ dequeued history event\(s\): Instance is (Terminated|Completed)/,
  // A busy machine.
  /exceeded the 2-second timeout/,
];

/** What may differ between two runs of one story: moments, random names, durations, costs. */
const normal = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/streaming-([a-z-]+)-\d{10}/g, 'streaming-$1-EPOCH')
    .replace(/-op-[0-9a-f]{16}/g, '-op-ID');

const troubleOf = (stack: Stack): string[] =>
  stack.trouble
    .filter(({ by, message }) => by === 'extension' && !HARMLESS.some((each) => each.test(message)))
    .map(({ category, message }) => `${category}: ${message.slice(0, 300)}`);

interface Told {
  outcomes: Record<string, string>;
  certificate: unknown;
  journal: string[];
  /** What changed anything in Azure. */
  requests: string[];
}

const KEYS = { original: 'aaaa-bbbb-0001', french: 'aaaa-bbbb-0002', spanish: 'aaaa-bbbb-0003' };

/** Everything an operator does, in one life. */
async function story(stack: Stack): Promise<Told> {
  const outcomes: Record<string, string> = {};
  const request = { event: 'sunday', languages: ['original', 'french', 'spanish'], youtubeKeys: KEYS, ttl: '6h' };
  const deployed = await stack.call('POST', '/api/deploy', request, { 'idempotency-key': 'the-same-every-time' });
  outcomes.deploy = String(deployed.status);
  await stack.state('sunday', 'live');
  const at = '/api/events/sunday';
  outcomes.again = String((await stack.call('POST', '/api/deploy', { event: 'sunday' })).status);
  outcomes.extend = await stack.command(`${at}/extend`, { ttl: '8h' });
  outcomes.add = await stack.command(`${at}/languages`, { add: ['german'], youtubeKeys: { german: 'aaaa-bbbb-0004' } });
  outcomes.remove = await stack.command(`${at}/languages`, { remove: ['spanish'] });
  outcomes.pause = await stack.command(`${at}/pause`, {});
  outcomes.resume = await stack.command(`${at}/resume`, {});
  outcomes.remediate = await stack.command(`${at}/remediate`, { component: 'mixer-french', rung: 'restart' });
  outcomes.teardown = await stack.command('/api/teardown', { event: 'sunday', confirm: true });
  await stack.state('sunday', 'gone');
  const { body } = await stack.call('GET', `${at}/certificate`);
  const journal = await stack.call('GET', `${at}/journal`);
  return {
    outcomes,
    certificate: picture(body),
    journal: (journal.body.entries as { code: string }[]).map(({ code }) => code),
    requests: await changes(stack),
  };
}

/** The facts of a certificate without its times and sums. */
function picture({ outcome, reason: why, resources, verification }: Record<string, unknown>) {
  const { resourcesLeft, secretsLeft } = verification as Record<string, unknown>;
  const existed = (resources as { type: string; name: string }[]).map(({ type, name }) => `${type} ${name}`);
  return { outcome, reason: normal(String(why)), existed: existed.map(normal).sort(), resourcesLeft, secretsLeft };
}

/** PUT, POST, PATCH and DELETE, each as often as it was sent, in no order: what runs at once comes in any. */
async function changes(stack: Stack): Promise<string[]> {
  const { requests } = (await stack.sim('GET', '/_sim/requests')) as { requests: Record<string, string>[] };
  return requests
    .filter(({ method, path }) => method !== 'GET' && path?.startsWith('/subscriptions/'))
    .map(({ method, path, status }) => normal(`${method} ${path} ${status}`))
    .sort();
}

describe.skipIf(reason)('the app on the real durable extension', { timeout: 300_000 }, () => {
  let azurite: Azurite;
  beforeAll(async () => {
    buildExtensionHost();
    azurite = await startAzurite();
  }, 240_000);
  afterAll(() => azurite?.stop());

  const extension = (hubName: string) => ({ connectionString: azurite.connectionString, settings: { hubName } });

  test('one life of an event is the same on it as on the local engine', async () => {
    const told: Told[] = [];
    for (const engine of [undefined, extension('Story')]) {
      const stack = await Stack.start('extension', engine);
      try {
        told.push(await story(stack));
        expect(await stack.sim('GET', '/_sim/resources')).toEqual({ resources: [] });
        expect(troubleOf(stack)).toEqual([]);
      } finally {
        await stack.stop();
      }
    }
    expect(told[1]?.outcomes).toEqual({
      deploy: '202',
      again: '409',
      extend: 'done',
      add: 'done',
      remove: 'done',
      pause: 'done',
      resume: 'done',
      remediate: 'done',
      teardown: 'done',
    });
    expect(told[1]).toEqual(told[0]);
  });

  test('a failure rolls back to nothing on it as well', async () => {
    const stack = await Stack.start('failure', extension('Failure'));
    try {
      await stack.sim('PUT', '/_sim/faults', [
        {
          match: { type: 'Microsoft.Compute/virtualMachines', name: '*french*', operation: 'create' },
          outcome: { kind: 'error', status: 400, code: 'InvalidParameter', message: 'no' },
        },
      ]);
      await stack.call('POST', '/api/deploy', { event: 'broken', languages: ['original', 'french'] });
      await stack.state('broken', 'failed');
      expect(await stack.sim('GET', '/_sim/resources')).toEqual({ resources: [] });
    } finally {
      await stack.stop();
    }
  });

  test('ten events at once come and go', async () => {
    const stack = await Stack.start('ten', extension('Ten'));
    const names = Array.from({ length: 10 }, (_, index) => `event-${index}`);
    try {
      const statuses = await Promise.all(
        names.map(
          async (event) => (await stack.call('POST', '/api/deploy', { event, languages: ['original'] })).status,
        ),
      );
      expect(statuses).toEqual(names.map(() => 202));
      await Promise.all(names.map((event) => stack.state(event, 'live')));
      await Promise.all(names.map((event) => stack.call('POST', '/api/teardown', { event, confirm: true })));
      await Promise.all(names.map((event) => stack.state(event, 'gone')));
      expect(await stack.sim('GET', '/_sim/resources')).toEqual({ resources: [] });
    } finally {
      await stack.stop();
    }
  });

  test('kill -9 of host and extension with events in every phase: each comes to its end', async () => {
    const stack = await Stack.start('kill', extension('Kill'));
    const deploy = (event: string) => stack.call('POST', '/api/deploy', { event, languages: ['original', 'french'] });
    const phase = (event: string, ...states: string[]) =>
      stack.until(`/api/status/${event}`, ({ state }) => states.includes(String(state)));
    try {
      await Promise.all(['leaving', 'staying'].map(deploy));
      await Promise.all(['leaving', 'staying'].map((event) => stack.state(event, 'live')));
      await deploy('making');
      await phase('making', 'provisioning', 'verifying', 'live');
      await stack.call('POST', '/api/teardown', { event: 'leaving', confirm: true });
      await stack.call('POST', '/api/events/staying/languages', { add: ['german'] });
      await deploy('starting');
      await stack.killHost();
      await stack.startHost();
      await Promise.all([
        stack.state('leaving', 'gone'),
        stack.state('making', 'live'),
        stack.state('starting', 'live'),
        stack.until(
          '/api/status/staying',
          ({ state, languages }) => state === 'live' && (languages as string[]).includes('german'),
        ),
      ]);
      for (const event of ['making', 'starting', 'staying'])
        await stack.call('POST', '/api/teardown', { event, confirm: true });
      for (const event of ['making', 'starting', 'staying']) await stack.state(event, 'gone');
      expect(await stack.sim('GET', '/_sim/resources')).toEqual({ resources: [] });
      // Nothing was made twice: each resource was asked for once.
      const puts = (await changes(stack)).filter((line) => line.startsWith('PUT') && /\d0[12]$/.test(line));
      expect(puts.filter((line, index) => line === puts[index - 1] && !/resourceGroups\/[^/]+ /.test(line))).toEqual(
        [],
      );
    } finally {
      await stack.stop();
    }
  });
});
