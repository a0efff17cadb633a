/** What the local start does while its disk is full, and when there is room again. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSimulator, type Simulator } from '../../local/azure/simulator.ts';
import { RealClock, VirtualClock } from '../../local/clock.ts';
import { createHost, type Host } from '../../local/host/host.ts';
import { createTimers } from '../../local/host/timers.ts';
import { troubles } from '../../ports/index.ts';
import { call, S } from './azure/support.ts';
import { SmallDisk, smallDisks } from './disk.ts';

const disk = new SmallDisk();
const lines: string[] = [];
let host: Host | undefined;
let sim: Simulator | undefined;
const durable = (app: string) =>
  createHost({
    appDir: join(import.meta.dirname, 'host/apps', app),
    dataDir: join(disk.folder, 'host'),
    log: (level, _, message) => void lines.push(`${level} ${message}`),
  });
const api = async (method: string, path: string, body?: object) => {
  if (!host) throw new Error('no host');
  const headers = { 'content-type': 'application/json' };
  const answer = await host.fetch(
    new Request(host.origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
  );
  const text = await answer.text();
  return { status: answer.status, text, retry: answer.headers.get('retry-after') };
};
const INSTANCES = '/runtime/webhooks/durabletask/instances';
const START = '/runtime/webhooks/durabletask/orchestrators/day';

beforeEach(() => {
  disk.mount();
  mkdirSync(join(disk.folder, 'host'));
});
afterEach(async () => {
  await host?.stop();
  await sim?.stop();
  host = undefined;
  sim = undefined;
  disk.unmount();
});

test.runIf(smallDisks())(
  'the engine answers nothing that is not on disk, and goes on by itself when there is room',
  async () => {
    host = durable('durable');
    await host.start();
    expect((await api('POST', `${START}/before`)).status).toBe(202);
    disk.fill();
    // A large input, so that what is left in the last block of a file does not hide that the disk is full.
    const input = { filler: 'x'.repeat(100_000) };
    const refused = await api('POST', `${START}/during`, input);
    expect([refused.status, refused.retry]).toEqual([503, '5']);
    expect(troubles()).toEqual([expect.stringMatching(/^Cannot write '.*durable\.db': the disk is full/)]);
    expect(lines.filter((line) => line.startsWith('error Cannot write'))).toHaveLength(1);
    // Nothing is read back, neither what failed nor what was there before; nobody takes a 500 or a 404 for an answer.
    for (const [method, path] of [
      ['GET', `${INSTANCES}/during`],
      ['GET', `${INSTANCES}/before`],
      ['GET', INSTANCES],
      ['POST', `${INSTANCES}/before/raiseEvent/answer`],
      ['POST', `${INSTANCES}/before/terminate?reason=r`],
      ['DELETE', `${INSTANCES}/before`],
      ['POST', `${START}/during`],
    ] as const)
      expect([path, (await api(method, path, method === 'POST' ? {} : undefined)).status]).toEqual([path, 503]);
    disk.makeRoom();
    await expect.poll(() => troubles(), { timeout: 20_000 }).toEqual([]);
    expect((await api('GET', `${INSTANCES}/before`)).text).toMatch(/"runtimeStatus":"(?:Running|Pending)"/);
    // It had been refused, so it never was.
    expect((await api('GET', `${INSTANCES}/during`)).status).toBe(404);
    expect((await api('POST', `${START}/during`, input)).status).toBe(202);
    await host.stop();
    host = durable('durable');
    await host.start();
    for (const id of ['before', 'during']) expect((await api('GET', `${INSTANCES}/${id}`)).status).toBe(202);
  },
  60_000,
);

test.runIf(smallDisks())(
  'a stop while the disk is full ends, and everything answered 202 is there at the next start',
  async () => {
    host = durable('durable');
    await host.start();
    const accepted: string[] = [];
    disk.fill();
    for (let n = 0; n < 5; n++) {
      const { status } = await api('POST', `${START}/n${n}`, { filler: 'x'.repeat(50_000) });
      expect([202, 503]).toContain(status);
      if (status === 202) accepted.push(`n${n}`);
    }
    expect(accepted.length).toBeLessThan(5);
    await host.stop();
    expect(troubles()).toEqual([]);
    disk.makeRoom();
    host = durable('durable');
    await host.start();
    for (const id of ['n0', 'n1', 'n2', 'n3', 'n4'])
      expect([id, (await api('GET', `${INSTANCES}/${id}`)).status]).toEqual([id, accepted.includes(id) ? 202 : 404]);
  },
  60_000,
);

test.runIf(smallDisks())(
  'the simulator: what is not on disk is neither acknowledged nor shown, and is not forgotten',
  async () => {
    const dataDir = join(disk.folder, 'azure');
    const first = createSimulator({ clock: new RealClock(), dataDir });
    sim = first;
    const put = (name: string, value: string) =>
      call(first, 'PUT', `${S}/resourceGroups/${name}?api-version=2025-04-01`, {
        location: 'eastus',
        tags: { value },
      });
    const get = (name: string) => call(first, 'GET', `${S}/resourceGroups/${name}?api-version=2025-04-01`);
    const secret = 'https://control.vault.azure.net/secrets/s?api-version=2025-07-01';
    expect((await put('before', 'x')).status).toBe(201);
    disk.fill();
    let made = 0;
    for (let n = 0; n < 400; n++) if ((await put(`g${n}`, 'x'.repeat(200))).status === 201) made++;
    expect(made).toBeLessThan(400);
    const answers = [await get('before'), await get('g399'), await put('more', 'x')];
    answers.push(await call(first, 'GET', '/_sim/resources'), await call(first, 'PUT', secret, { value: 'v' }));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(troubles()).toEqual([expect.stringMatching(/^Cannot write '.*\.sqlite': the disk is full/)]);
    disk.makeRoom();
    // Without a request: it looks for room by itself.
    await expect.poll(() => troubles(), { timeout: 20_000 }).toEqual([]);
    expect((await get('before')).status).toBe(200);
    for (let n = 0; n < made; n++) expect((await get(`g${n}`)).status).toBe(200);
    expect((await put('after', 'x')).status).toBe(201);
    const shown = JSON.stringify((await call(first, 'GET', '/_sim/resources')).body);
    await first.stop();
    sim = createSimulator({ clock: new RealClock(), dataDir });
    expect(JSON.stringify((await call(sim, 'GET', '/_sim/resources')).body)).toBe(shown);
  },
  60_000,
);

test.runIf(smallDisks())('timers go on, and write their status as soon as there is room', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const runs: number[] = [];
  const timers = createTimers({
    functions: [{ name: 'hourly', trigger: { type: 'timerTrigger', schedule: '0 0 * * * *' } } as never],
    clock,
    dataDir: join(disk.folder, 'host'),
    log: (level, _, message) => void lines.push(`${level} ${message}`),
    run: async () => void runs.push(clock.now()),
  });
  timers.start();
  const files = () => readdirSync(join(disk.folder, 'host', 'timers'));
  disk.fill();
  await clock.drive(() => runs.length === 2);
  await clock.drive(() => troubles().length > 0, clock.now() + 1000);
  expect(troubles()).toEqual([expect.stringMatching(/hourly\.json': the disk is full/)]);
  expect(files()).toEqual(['Host.Functions.hourly.json']);
  disk.makeRoom();
  await clock.drive(() => troubles().length === 0, clock.now() + 60_000);
  const written = JSON.parse(readFileSync(join(disk.folder, 'host', 'timers', 'Host.Functions.hourly.json'), 'utf8'));
  expect(Date.parse(written.Last)).toBe(runs[1]);
  await clock.drive(() => runs.length === 3);
  timers.stop();
});
