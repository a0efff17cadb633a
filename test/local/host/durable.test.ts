import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createHost } from '../../../local/host/host.ts';

const appDir = join(import.meta.dirname, 'apps', 'durable');
const start = Date.UTC(2026, 10, 21);
interface Status {
  runtimeStatus: string;
  output: unknown;
}

/** A host in virtual time over `dataDir`; the app's module state is shared by all hosts of this process. */
async function virtual(dataDir: string, from: number) {
  const clock = new VirtualClock(from);
  let seed = 0;
  const host = createHost({
    appDir,
    dataDir,
    clock,
    settings: { HUB: 'VirtualHub' },
    ports: { random: (length) => new Uint8Array(length).map(() => (seed = (seed * 31 + 7) % 251)) },
    log: () => {},
  });
  await host.start();
  const call = (path: string, method = 'GET') => host.fetch(new Request(`${host.origin}/api/${path}`, { method }));
  const look = async (id: string) => (await (await call(`look/${id}`)).json()) as Status;
  const until = (id: string, status: string) => clock.drive(async () => (await look(id)).runtimeStatus === status);
  return { clock, host, call, look, until };
}

describe('durable functions in virtual time', () => {
  test('a day passes at once, through the app’s own clients, without a socket', async () => {
    const { clock, host, call, look, until } = await virtual(mkdtempSync(join(tmpdir(), 'host-')), start);
    expect(await (await call('hub')).text()).toBe('VirtualHub');
    const started = await call('start/one', 'POST');
    expect(started.status).toBe(202);
    expect(await until('one', 'Completed')).toBe(true);
    expect(clock.now()).toBe(start + 24.25 * 3600e3);
    expect((await look('one')).output).toEqual({ hours: 24.25, said: 'relayed one', answer: { from: 'activity' } });
    await host.stop();
  });

  test('the same seed gives the same ids', async () => {
    const history = async () => {
      const { host, call, until } = await virtual(mkdtempSync(join(tmpdir(), 'host-')), start);
      await call('start/one', 'POST');
      await until('one', 'Completed');
      const url = `${host.origin}/runtime/webhooks/durabletask/instances/one?showHistory=true&showHistoryOutput=true`;
      const text = await (await host.fetch(new Request(url))).text();
      await host.stop();
      return text;
    };
    expect(await history()).toBe(await history());
  });

  test('another host on the same data goes on where the first stopped', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'host-'));
    const first = await virtual(dataDir, start);
    await first.call('start/two', 'POST');
    await first.clock.drive(() => false, start + 3600e3);
    await first.host.stop();
    const second = await virtual(dataDir, start + 48 * 3600e3);
    expect(await second.until('two', 'Completed')).toBe(true);
    expect((await second.look('two')).output).toMatchObject({ hours: 48.25 });
    await second.host.stop();
  });

  test('activities left over may use their client while the next host starts', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'host-'));
    const first = await virtual(dataDir, start);
    await first.call('start/three', 'POST');
    // In the middle of the activity's sleep; it is left behind and runs again.
    await first.clock.drive(() => false, start + 24.1 * 3600e3);
    await first.host.stop(50);
    const second = await virtual(dataDir, start + 25 * 3600e3);
    expect(await second.until('three', 'Completed')).toBe(true);
    expect((await second.look('three')).output).toMatchObject({ answer: { from: 'activity' } });
    await second.host.stop();
  });

  test('a second host on data in use is refused', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'host-'));
    const first = await virtual(dataDir, start);
    await expect(virtual(dataDir, start)).rejects.toThrow(/another process is using it|in use/);
    await first.host.stop();
  });
});

describe('roles', () => {
  test('HTTP in one host, durable work in another', async () => {
    const settings = { HUB: 'RolesHub' };
    const dataDir = mkdtempSync(join(tmpdir(), 'host-'));
    const durable = createHost({
      appDir,
      dataDir,
      roles: ['durable'],
      settings,
      log: () => {},
    });
    await durable.listen(0);
    await durable.start();
    const front = createHost({
      appDir,
      dataDir,
      roles: ['http', 'timers'],
      durableOrigin: durable.origin,
      settings,
      log: () => {},
    });
    await front.start();
    const get = (path: string, method = 'GET') => front.fetch(new Request(`${front.origin}${path}`, { method }));
    expect((await durable.fetch(new Request(`${durable.origin}/api/hub`))).status).toBe(404);
    const started = (await (await get('/api/start/x', 'POST')).json()) as { statusQueryGetUri: string };
    expect(new URL(started.statusQueryGetUri).origin).toBe(front.origin);
    const again = await get('/runtime/webhooks/durabletask/orchestrators/day/y', 'POST');
    expect(new URL(((await again.json()) as typeof started).statusQueryGetUri).host).toBe(new URL(front.origin).host);
    const status = async () => ((await (await get('/api/look/x')).json()) as Status).runtimeStatus;
    await expect.poll(status).toBe('Running');
    const path = new URL(started.statusQueryGetUri);
    expect((await get(`${path.pathname.replace(/x$/, 'x/terminate')}?reason=enough`, 'POST')).status).toBe(202);
    await expect.poll(status).toBe('Terminated');
    await durable.stop();
    expect((await get(path.pathname)).status).toBe(503);
    await front.stop();
  });
});

test('a function that takes longer than functionTimeout fails', async () => {
  process.env.AzureFunctionsJobHost__functionTimeout = '00:10:00';
  try {
    const { host, call, look, clock } = await virtual(mkdtempSync(join(tmpdir(), 'host-')), start);
    await call('start/late', 'POST');
    await clock.drive(async () => (await look('late')).runtimeStatus === 'Failed');
    expect((await look('late')).output).toMatch(/Timeout value of 00:10:00 was exceeded by function: Functions\.relay/);
    expect(clock.now()).toBe(start + 24 * 3600e3 + 600e3);
    await host.stop();
  } finally {
    delete process.env.AzureFunctionsJobHost__functionTimeout;
  }
});
