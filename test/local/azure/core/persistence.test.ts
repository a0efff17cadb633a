import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RealClock } from '../../../../local/clock.ts';
import { call, fakeTime, pass, S, simulator } from '../support.ts';

let folder: string;
beforeEach(() => {
  fakeTime();
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const NSG = `${S}/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg?api-version=2026-01-01`;
const CANARY = 'canary-value-4711';
const secret = 'https://control.vault.azure.net/secrets/s?api-version=2025-07-01';

async function fill(sim: ReturnType<typeof simulator>) {
  await call(sim, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
  await call(sim, 'PUT', secret, { value: CANARY });
  return call(sim, 'PUT', NSG, { location: 'eastus' });
}

test('a restart keeps everything and operations in flight go on', async () => {
  const first = simulator({ dataDir: folder });
  const accepted = await fill(first);
  const listed = JSON.stringify((await call(first, 'GET', '/_sim/resources')).body);
  await first.stop();
  const second = simulator({ dataDir: folder });
  expect(JSON.stringify((await call(second, 'GET', '/_sim/resources')).body)).toBe(listed);
  const poll = () => call(second, 'GET', String(accepted.headers['azure-asyncoperation']));
  expect((await poll()).body).toEqual({ status: 'InProgress' });
  await pass(60);
  expect((await poll()).body).toEqual({ status: 'Succeeded' });
  expect((await call(second, 'GET', secret)).body.value).toBe(CANARY);
  await second.stop();
});

test('what was due while it was down happens at the next start', async () => {
  const first = simulator({ dataDir: folder });
  await fill(first);
  await call(first, 'DELETE', `${S}/resourceGroups/rg?api-version=2025-04-01`);
  await first.stop();
  await pass(3600);
  const second = simulator({ dataDir: folder });
  await pass(600);
  expect((await call(second, 'GET', '/_sim/resources')).body.resources).toEqual([]);
  await second.stop();
});

test('a second process on the same folder is refused with what to do', async () => {
  const first = simulator({ dataDir: folder });
  expect(() => simulator({ dataDir: folder })).toThrow(
    /another simulator uses this data folder: choose another --data/,
  );
  await first.stop();
  await simulator({ dataDir: folder }).stop();
});

test('secret values are in the vault’s own file only', async () => {
  const sim = simulator({ dataDir: folder });
  await fill(sim);
  expect(JSON.stringify((await call(sim, 'GET', '/_sim/snapshot')).body)).not.toContain(CANARY);
  await sim.stop();
  const holding = readdirSync(folder).filter((file) => readFileSync(join(folder, file)).includes(CANARY));
  expect(holding).toEqual(['vault.sqlite']);
});

test('a fork goes on by itself, also from a downloaded snapshot into files', async () => {
  const sim = simulator();
  await fill(sim);
  const fork = sim.fork({ clock: new RealClock() });
  await call(sim, 'DELETE', NSG);
  await pass(60);
  expect([(await call(sim, 'GET', NSG)).status, (await call(fork, 'GET', NSG)).status]).toEqual([404, 200]);
  expect((await call(fork, 'GET', secret)).body.value).toBe(CANARY);
  const downloaded = JSON.parse(JSON.stringify((await call(fork, 'GET', '/_sim/snapshot')).body));
  const third = simulator({ dataDir: folder, snapshot: downloaded });
  await third.stop();
  const again = simulator({ dataDir: folder });
  expect((await call(again, 'GET', NSG)).status).toBe(200);
  for (const one of [sim, fork, again]) await one.stop();
});

test('of a deleted secret no file keeps the value, while it runs and afterwards; until a restart it can be called back', async () => {
  const files = () => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(CANARY));
  const deleted = 'https://control.vault.azure.net/deletedsecrets/s';
  const first = simulator({ dataDir: folder });
  await fill(first);
  await call(first, 'PUT', secret, { value: `${CANARY}-2` });
  expect(files()).toEqual(['vault.sqlite']);
  await call(first, 'DELETE', secret);
  await pass(60);
  expect(files()).toEqual([]);
  await call(first, 'POST', `${deleted}/recover?api-version=2025-07-01`);
  expect((await call(first, 'GET', secret)).body.value).toBe(`${CANARY}-2`);
  expect(files()).toEqual(['vault.sqlite']);
  await call(first, 'DELETE', secret);
  await pass(60);
  await first.stop();
  expect(files()).toEqual([]);
  const second = simulator({ dataDir: folder });
  expect((await call(second, 'GET', `${deleted}?api-version=2025-07-01`)).status).toBe(404);
  expect((await call(second, 'PUT', secret, { value: 'new' })).status).toBe(200);
  await second.stop();
});
