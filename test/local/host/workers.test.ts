/** The app in processes of its own, and what becomes of what runs in one that is killed. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createHost, type Host } from '../../../local/host/host.ts';

const apps = join(import.meta.dirname, 'apps');
const EXIT = 'node exited with code 137 (0x89)';
const POLL = { timeout: 20_000 };

let host: Host;
let hang: string;
let lines: string[];
beforeEach(() => {
  hang = join(mkdtempSync(join(tmpdir(), 'hang-')), 'hang');
  process.env.HANG = hang;
  lines = [];
});
afterEach(() => host.stop());

async function started(app = 'workers', workers = 1): Promise<void> {
  host = createHost({
    appDir: join(apps, app),
    dataDir: mkdtempSync(join(tmpdir(), 'host-')),
    workers,
    log: (level, category, message) => lines.push(`${level} ${category} ${message}`),
  });
  await host.listen(0);
  await host.start();
}
const ask = (path: string, init?: RequestInit) => fetch(`${host.origin}/api/${path}`, init);
const begin = (name: string, id: string, input = 'x') => ask(`begin/${name}/${id}`, { method: 'POST', body: input });
const management = async (path: string) => (await fetch(`${host.origin}/durabletask/${path}`)).json();
const post = (path: string) =>
  fetch(`${host.origin}/durabletask/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '1',
  });
const statusOf = async (id: string) =>
  (await management(`instances/${id}?showHistory=true&showHistoryOutput=true`)) as {
    runtimeStatus: string;
    output: unknown;
    historyEvents: { EventType: string; Reason?: string }[];
  };
const ends = (id: string) => expect.poll(async () => (await statusOf(id)).runtimeStatus, POLL);
/** The process that hangs there, once it does. */
async function hanging(where: string): Promise<number> {
  await expect
    .poll(() => (existsSync(`${hang}.${where}`) ? readFileSync(`${hang}.${where}`, 'utf8') : ''), POLL)
    .toMatch(/\d+/);
  return Number(readFileSync(`${hang}.${where}`, 'utf8'));
}
/** Kills the process that hangs there; the next one does not. */
async function kill(where: string): Promise<void> {
  const pid = await hanging(where);
  writeFileSync(hang, '');
  process.kill(pid, 'SIGKILL');
}
const hangIn = (where: string) => writeFileSync(hang, where);

test('the app runs elsewhere, in turn in each process, and durable work goes through its own client', async () => {
  await started('workers', 2);
  const pids = new Set<number>();
  for (let call = 0; call < 4; call++) pids.add(((await (await ask('pid')).json()) as { pid: number }).pid);
  expect(pids.size).toBe(2);
  expect(pids).not.toContain(process.pid);
  expect((await begin('works', 'w', 'it')).status).toBe(202);
  await ends('w').toBe('Completed');
  expect((await statusOf('w')).output).toBe('it worked');
  await host.stop();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

describe('killed', () => {
  test('in an activity: that fails with what ended, and the orchestration goes on', async () => {
    await started();
    hangIn('activity');
    await begin('tries', 't', 'it');
    await kill('activity');
    await ends('t').toBe('Completed');
    const { output, historyEvents } = await statusOf('t');
    expect(output).toBe('it worked');
    expect(historyEvents.find(({ EventType }) => EventType === 'TaskFailed')?.Reason).toBe(
      `Activity function 'work' failed: ${EXIT}`,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^error Worker\.Process Language Worker Process exited\. Pid=\d+/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^error Function\.work Executed 'Functions\.work' \(Failed.*137/s),
    );
  });

  test('in a turn: the orchestration ends Failed for good, as on the real host', async () => {
    await started();
    hangIn('turn');
    await post('orchestrators/turns/o');
    await kill('turn');
    await ends('o').toBe('Failed');
    expect((await statusOf('o')).output).toBe(
      `Orchestrator function 'turns' failed: One or more errors occurred. (${EXIT})`,
    );
    // The next process serves what comes.
    await begin('turns', 'p');
    await ends('p').toBe('Completed');
  });

  test('in an entity: the batch is tried again', { timeout: 40_000 }, async () => {
    await started();
    hangIn('entity');
    await post('entities/counter/k?op=add');
    await kill('entity');
    await expect.poll(() => management('entities/counter/k'), { timeout: 30_000 }).toBe(1);
  });

  test('in an HTTP function: 500, and who comes while there is no process waits for the next', async () => {
    await started();
    hangIn('http');
    const answer = ask('slow');
    await kill('http');
    expect((await answer).status).toBe(500);
    const next = await ask('slow');
    expect([next.status, await next.text()]).toEqual([200, 'done']);
  });

  test('by itself: the code is that of the process', async () => {
    await started();
    expect((await ask('crash', { method: 'POST' })).status).toBe(500);
    expect(lines).toContainEqual(expect.stringContaining('node exited with code 3 (0x3)'));
    expect((await ask('pid')).status).toBe(200);
  });
});

describe('streams', () => {
  test('arrive piece by piece; uploads go through; a client that leaves is seen', async () => {
    await started('stream', 2);
    const answer = await ask('events');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 1\n\n');
    await reader.cancel();
    const body = new Uint8Array(3_000_000);
    expect(await (await ask('upload', { method: 'POST', body })).text()).toBe('3000000 bytes');
    const late = await ask('throwsLate', { method: 'POST', body: 'x' });
    expect([late.status, await late.text()]).toEqual([500, '']);
    expect(await (await ask('params/7?x=1')).json()).toMatchObject({ params: { id: '7', x: '1' } });
  });

  test('nobody but the host reaches the app’s proxy', async () => {
    await started('stream');
    const stream = await host.worker?.stream('probe');
    const url = new URL('/api/params/1', stream?.uri);
    url.hostname = '127.0.0.1';
    expect((await fetch(url, { headers: { 'x-ms-invocation-id': 'invented' } })).status).toBe(404);
  });

  test('killed in one that has begun, the client sees it break; before it has, 502', async () => {
    await started('stream');
    const answer = await ask('events');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const hangs = ask('throwsEarly');
    await expect.poll(() => lines.filter((line) => /threw before it read/.test(line)), POLL).toHaveLength(1);
    for (const pid of (host.worker as unknown as { pids: number[] }).pids) process.kill(pid, 'SIGKILL');
    await expect(reader.read()).rejects.toThrow();
    expect((await hangs).status).toBe(502);
    // Whoever asks between the death and the host's hearing of it finds a closed door as well.
    await expect.poll(() => lines.filter((line) => /Process exited/.test(line)), POLL).toHaveLength(1);
    expect((await ask('params/1')).status).toBe(200);
  });
});

describe('refused with one line', () => {
  const with_ = (more: object) =>
    createHost({
      appDir: join(apps, 'workers'),
      dataDir: mkdtempSync(join(tmpdir(), 'host-')),
      log: () => {},
      ...more,
    });
  test.each([
    [{ workers: 0 }, /must be a whole number from 1 to 10: current value is '0'/],
    [{ workers: 11 }, /from 1 to 10/],
    [{ workers: Number('x') }, /current value is 'NaN'/],
    [{ workers: 1 }, /without a port/],
    [{ workers: 1, clock: new VirtualClock(0) }, /virtual time stays in one process/],
  ])('%o', async (more, message) => {
    host = with_(more);
    await expect(host.start()).rejects.toThrow(message);
  });

  test('an app that does not load', async () => {
    host = createHost({
      appDir: join(apps, 'none'),
      dataDir: mkdtempSync(join(tmpdir(), 'host-')),
      workers: 1,
      log: () => {},
    });
    await host.listen(0);
    await expect(host.start()).rejects.toThrow(/Cannot load the app/);
  });

  test('the setting counts where nothing is said', async () => {
    process.env.FUNCTIONS_WORKER_PROCESS_COUNT = '1';
    try {
      host = with_({});
      await host.listen(0);
      await host.start();
      expect(((await (await ask('pid')).json()) as { pid: number }).pid).not.toBe(process.pid);
    } finally {
      delete process.env.FUNCTIONS_WORKER_PROCESS_COUNT;
    }
  });
});
