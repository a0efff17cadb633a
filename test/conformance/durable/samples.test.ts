/**
 * Everything that the public samples of durable-functions and the extension's BasicNode end-to-end app exercise, on an app of
 * our own: through the real SDK, in virtual time, with the newest extension's behaviour.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createWorker } from '../../../local/host/worker.ts';
import { type Answer, type Harness, type HarnessOptions, startHarness, TERMINAL } from '../../local/durable/harness.ts';

const DISABLED = ['switchedOff', 'SwitchedOff'];
const runner = await createWorker({
  appDir: join(import.meta.dirname, 'app'),
  log: () => {},
  disabled: (name) => DISABLED.includes(name),
});
const START = Date.parse('2030-01-01T00:00:00Z');

let clock: VirtualClock;
let harness: Harness | undefined;
async function launch(options: Partial<HarnessOptions> = {}): Promise<Harness> {
  clock = new VirtualClock(START);
  harness = await startHarness({ runner, clock, ...options });
  return harness;
}
afterEach(() => harness?.stop());

async function until(id: string, ...states: string[]): Promise<Answer['body']> {
  const one = harness as Harness;
  const reached = await clock.drive(() => states.includes(one.store.instance(id)?.status ?? ''));
  if (!reached) throw new Error(`${id} is ${one.store.instance(id)?.status}\n${one.logs.join('\n')}`);
  return (await one.status(id)).body;
}
/** Starts and runs to the end; gives status and output. */
async function run(name: string, input: unknown = '', id = name): Promise<{ status: string; output: unknown }> {
  const one = harness ?? (await launch());
  expect((await clock.track(one.start(name, id, input))).status).toBe(202);
  const { runtimeStatus, output } = await until(id, ...TERMINAL);
  return { status: runtimeStatus, output };
}
const completed = (output: unknown) => ({ status: 'Completed', output });

describe('activities', () => {
  test('in a chain', async () => {
    await launch();
    expect(await run('cities')).toEqual(completed(['Hello Tokyo!', 'Hello Seattle!', 'Hello London!']));
  });
  test('that fail: rethrown, caught, retried, in vain, by hand', async () => {
    await launch();
    const failed = await run('rethrow');
    expect(failed.status).toBe('Failed');
    expect(failed.output).toMatch(
      /^Orchestrator function 'rethrow' failed: Activity function 'raise' failed: {2}This activity failed \n \{/,
    );
    expect((await run('catch')).output).toMatch(/^Activity function 'raise' failed: {2}This activity failed \n \{/);
    expect(await run('retry')).toEqual(completed('Success'));
    expect((await run('retryInVain')).status).toBe('Failed');
    expect(await run('retryByHand')).toEqual(completed('Success'));
  });
  test('get inputs as the real host hands them over', async () => {
    await launch();
    expect((await run('inputs')).output).toEqual([
      'string "text"',
      'number 42',
      'number 1.5',
      'string "True"',
      'undefined undefined',
      'object [1,"a"]',
      'object {"nested":{"b":[false]}}',
      'string ""',
    ]);
    await harness?.stop();
    await launch({ compat: { booleanInputAsText: false } });
    expect((await run('inputs')).output).toContain('boolean true');
  });
  test('may return five megabytes', async () => {
    await launch();
    const { output } = await run('large', 5000);
    expect(output).toHaveLength(5000 * 1024);
  });
  test('that are switched off fail their orchestration, and so do entities', async () => {
    await launch();
    for (const [name, text] of [
      ['offActivity', "The function 'switchedOff' doesn't exist, is disabled, or is not an activity function."],
      ['offEntity', "The function 'switchedoff' doesn't exist, is disabled, or is not an entity function."],
    ] as const) {
      const { status, output } = await run(name);
      expect(status).toBe('Failed');
      expect(output).toContain(text);
    }
  });
  test('give failure details when the app provides exception properties', async () => {
    await launch();
    expect((await run('failureDetails')).output).toMatchObject({
      known: true,
      message: 'ValidationError: Business logic validation failed',
      details: {
        errorType: 'ValidationError',
        errorMessage: 'Business logic validation failed',
        properties: { code: 100 },
      },
    });
    expect(await run('failureDetailsUncaught')).toEqual({
      status: 'Failed',
      output:
        "Orchestrator function 'failureDetailsUncaught' failed: ValidationError: Business logic validation failed",
    });
    expect((await run('failureDetailsChild')).output).toContain('ValidationError');
  });
});

describe('orchestrations', () => {
  test('that throw what has no message fail, with all that the worker said', async () => {
    await launch();
    const { status, output } = await run('throwsText');
    expect(status).toBe('Failed');
    expect(output).toMatch(
      /^Orchestrator function 'throwsText' failed: One or more errors occurred\. \(Result: Failure/,
    );
  });
  test('that were called name who called them', async () => {
    await launch();
    await run('parentOfText');
    expect((await harness?.status('kid'))?.body).toMatchObject({ parentInstanceId: 'parentOfText' });
  });
  test('retry children under one id', async () => {
    await launch();
    expect(await run('subRetry')).toEqual(completed('Success'));
    expect(harness?.store.instance('subRetry:0')?.status).toBe('Completed');
    // Two failures: two delays of ten seconds.
    expect(clock.now() - START).toBeGreaterThanOrEqual(20_000);
  });
  test('continue as new with timers between', async () => {
    await launch();
    expect(await run('counting', 1)).toEqual(completed(10));
    expect(clock.now() - START).toBe(300_000);
  });
  test('see isReplaying false only where they are live', async () => {
    await launch();
    expect((await run('replaying')).output).toEqual([true, true, true, false]);
  });
  test('time out, but stay until what they started has ended', async () => {
    await launch();
    expect(await run('timeout', { limit: 2000, work: 5000 }, 'late')).toEqual(completed('timed out'));
    expect(clock.now() - START).toBe(5000);
    expect(await run('timeout', { limit: 20_000, work: 5000 }, 'early')).toEqual(completed('done in time'));
    expect(clock.now() - START).toBe(10_000);
  });
  test('are terminated, suspended and resumed while they run for ever', async () => {
    const { call } = await launch();
    await clock.track(harness?.start('forever', 'f') ?? Promise.reject());
    await until('f', 'Running');
    await clock.track(call('POST', '/instances/f/suspend?reason=s'));
    await until('f', 'Suspended');
    await clock.drive(() => clock.now() >= START + 1000);
    const history = harness?.store.history('f').length;
    await clock.drive(() => false, START + 5000);
    expect(harness?.store.history('f').length).toBe(history);
    await clock.track(call('POST', '/instances/f/resume?reason=r'));
    await until('f', 'Running');
    await clock.track(call('POST', '/instances/f/terminate?reason=enough'));
    expect((await until('f', 'Terminated')).output).toBe('enough');
    expect(harness?.store.nextAlarm()).toBeUndefined();
  });
  test('wait for events', async () => {
    const { raise, start } = await launch();
    await clock.track(start('approval', 'a'));
    await until('a', 'Running');
    expect((await clock.track(raise('a', 'Approval', 'me'))).status).toBe(202);
    expect((await until('a', 'Completed')).output).toBe('approved by me');
    expect((await raise('a', 'Approval', 'me')).status).toBe(410);
    expect((await raise('nobody', 'Approval', 'me')).status).toBe(404);
  });
  test('show their custom status', async () => {
    const { raise, start } = await launch();
    await clock.track(start('status', 's'));
    await clock.drive(() => harness?.store.instance('s')?.customStatus === '{"last":"Seattle"}');
    await clock.track(raise('s', 'end', null));
    expect((await until('s', 'Completed')).customStatus).toEqual({ last: 'Seattle' });
  });
  test.each([
    [undefined, "Version: '2.0'"],
    ['', "Version: ''"],
    ['1.0', "Version: '1.0'"],
    ['2.0', "Version: '2.0'"],
  ])('of version %s run where they fit', async (version, output) => {
    const settings = { defaultVersion: '2.0', versionMatchStrategy: 'CurrentOrOlder', versionFailureStrategy: 'Fail' };
    const { start } = await launch({ settings });
    await clock.track(start('versioned', 'v', '', version === undefined ? '' : `?version=${version}`));
    expect((await until('v', ...TERMINAL)).output).toBe(output);
    await clock.track(start('versioned', 'w', '', '?version=3.0'));
    expect((await until('w', ...TERMINAL)).runtimeStatus).toBe('Failed');
    expect((await run('versionedParent', version ?? '')).output).toBe(version ? output : "Version: '2.0'");
  });
  test.each([1, 2])('failed %i times deep inside go on where they failed', async (failures) => {
    const { call } = await launch();
    const id = `rewind-${failures}`;
    expect((await run('rewindTop', failures, id)).status).toBe('Failed');
    for (let i = 0; i < failures; i++) {
      expect((await clock.track(call('POST', `/instances/${id}/rewind?reason=again`))).status).toBe(202);
      await until(id, ...TERMINAL);
    }
    expect(harness?.store.instance(id)?.status).toBe('Completed');
    for (const [key, times] of [
      [`${id} good`, 1],
      [`${id} one middle`, 1],
      [`${id} two leaf`, 1],
      [`${id} one unlucky 1`, failures + 1],
      [`${id} two unlucky 2`, failures + 1],
    ] as const) {
      expect([key, (await run('attemptsOf', key, `of ${key}`)).output]).toEqual([key, times]);
    }
    const notes = (await call('GET', '/entities/Register/calls')).body as string[];
    expect(notes.toSorted()).toEqual([`${id} one`, `${id} one leaf`, `${id} two`, `${id} two leaf`]);
  });
});

describe('callHttp', () => {
  test('polls while the answer is 202', async () => {
    const asked: string[] = [];
    const http: typeof fetch = async (url, init) => {
      asked.push(`${init?.method} ${url} ${new Headers(init?.headers).get('x-functions-key')}`);
      const location = { location: 'http://there/status' };
      if (asked.length === 1) return new Response('', { status: 202, headers: { ...location, 'retry-after': '5' } });
      return asked.length === 2 ? new Response('', { status: 202, headers: location }) : new Response('ready');
    };
    await launch({ http });
    const request = {
      method: 'POST',
      url: 'http://there/',
      body: { a: 1 },
      headers: { 'x-functions-key': 'k', accept: '*' },
    };
    expect((await run('http', request)).output).toEqual({ status: 200, content: 'ready' });
    expect(asked).toEqual(['POST http://there/ k', 'GET http://there/status null', 'GET http://there/status null']);
    expect(clock.now() - START).toBe(35_000);
  });
  test('takes any status as a result, and a broken connection as a failure', async () => {
    const http: typeof fetch = async (url) => {
      if (String(url).includes('broken'))
        throw new TypeError('fetch failed', { cause: new Error('connection refused') });
      return new Response('gone', { status: 404 });
    };
    await launch({ http });
    expect((await run('http', { method: 'GET', url: 'http://x/' }, 'h1')).output).toEqual({
      status: 404,
      content: 'gone',
    });
    const { status, output } = await run('http', { method: 'GET', url: 'http://broken/' }, 'h2');
    expect(status).toBe('Failed');
    expect(output).toContain('connection refused');
  });
});

describe('entities', () => {
  test('are called, signalled, read, listed and deleted', async () => {
    const { call } = await launch();
    expect(await run('calls', '', 'me')).toEqual(completed(7));
    expect((await call('GET', '/entities/Counter/me')).body).toBe(7);
    await clock.track(call('POST', '/entities/Counter/me?op=forward', '"other"'));
    // The signal goes to the name as the entity spelled it, which clients do not reach (compat.entitySignalsKeepCase).
    await clock.drive(() => harness?.store.instance('@Counter@other')?.status === 'Running');
    expect((await call('GET', '/entities/Counter/other')).status).toBe(404);
    expect((await call('GET', '/entities/counter?fetchState=true')).body).toMatchObject([
      { entityId: { name: 'counter', key: 'me' }, state: 7 },
    ]);
    await clock.track(call('DELETE', '/entities/Counter/me'));
    await clock.drive(() => !harness?.store.instance('@counter@me')?.input?.includes('exists'));
    expect((await call('GET', '/entities/Counter/me')).status).toBe(404);
  });
  test('tell what they throw', async () => {
    await launch();
    expect((await run('callFails')).output).toBe('[object Object]');
    expect((await run('callFailsUncaught')).status).toBe('Failed');
  });
  test('take a thousand signals in order', async () => {
    const { call } = await launch({ settings: { maxEntityOperationBatchSize: 100 } });
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    await clock.track(Promise.all(numbers.map((n) => call('POST', '/entities/Register/many?op=note', n))));
    await clock.drive(() => harness?.store.waiting().length === 0);
    expect((await call('GET', '/entities/Register/many')).body).toEqual(numbers);
  });
  test('are locked together', async () => {
    await launch();
    expect(await run('transfer')).toEqual(completed('from=70;to=30'));
  });
  test('refuse nested locks', async () => {
    await launch();
    const { status, output } = await run('nestedLocks');
    expect(status).toBe('Failed');
    expect(output).toContain('Cannot acquire more locks when already holding some locks.');
  });
  test('let one section after the other in', async () => {
    const { start } = await launch();
    await clock.track(Promise.all(['h1', 'h2'].map((id) => start('holds', id))));
    const [one, two] = [await until('h1', 'Completed'), await until('h2', 'Completed')];
    expect([one.output, two.output].toSorted()).toEqual([START + 5000, START + 10_000]);
  });
  test('are free again when a section ends without release, or by an error', async () => {
    await launch();
    expect((await run('forgetsLock', '', 'l1')).status).toBe('Completed');
    expect((await run('throwsInLock', '', 'l2')).status).toBe('Failed');
    expect((await run('forgetsLock', '', 'l3')).status).toBe('Completed');
  });
});

describe('queries', () => {
  test('page through instances', async () => {
    const { start, call } = await launch();
    for (let i = 0; i < 7; i++) await clock.track(start('cities', `q-${i}`));
    await clock.drive(() => harness?.store.query({ limit: 10, statuses: ['Completed'] }).length === 7);
    const found: string[] = [];
    let token = '';
    do {
      const page = await call('GET', '/instances?top=3', undefined, token ? { 'x-ms-continuation-token': token } : {});
      found.push(...page.body.map((one: { instanceId: string }) => one.instanceId));
      token = page.headers['x-ms-continuation-token'] ?? '';
    } while (token);
    expect(found).toEqual(['q-0', 'q-1', 'q-2', 'q-3', 'q-4', 'q-5', 'q-6']);
    expect((await call('GET', '/instances?runtimeStatus=Failed,Running')).body).toEqual([]);
  });
  test('purge what has ended and nothing else', async () => {
    const { start, call } = await launch();
    await clock.track(start('approval', 'runs'));
    await until('runs', 'Running');
    await run('cities', '', 'ended');
    expect((await call('DELETE', '/instances/runs')).status).toBe(412);
    expect((await clock.track(call('DELETE', '/instances/ended'))).body).toEqual({ instancesDeleted: 1 });
    expect((await call('DELETE', '/instances/ended')).status).toBe(404);
    expect((await call('DELETE', '/instances')).status).toBe(400);
    expect((await call('DELETE', '/instances?createdTimeFrom=2020-01-01T00:00:00Z')).status).toBe(404);
  });
});
