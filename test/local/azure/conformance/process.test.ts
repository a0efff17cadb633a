/** The simulator as its own process: ready line, kill -9, restart. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { S } from '../support.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-process-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const MAIN = join(import.meta.dirname, '../../../../local/fleet/main.ts');

async function start(...flags: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--data', folder, '--time-scale', '60', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface(child.stdout)) {
    const ready = /^simulator ready on (\S+)$/.exec(line);
    if (ready) return { child, url: ready[1] ?? '' };
  }
  throw new Error('the simulator ended before it was ready');
}

const headers = { authorization: 'Bearer any' };
const send = (url: string, method: string, path: string, body?: object) =>
  fetch(`${url}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const GROUP = `${S}/resourceGroups/rg?api-version=2025-04-01`;
const nsg = (n: number) =>
  `${S}/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/n${n}?api-version=2026-01-01`;

test('killed at any moment, it goes on where it was; SIGTERM ends it with 0', { timeout: 120_000 }, async () => {
  let { child, url } = await start();
  await send(url, 'PUT', GROUP, { location: 'eastus' });
  const accepted: string[] = [];
  for (let round = 0; round < 4; round++) {
    for (let n = 0; n < 5; n++) {
      const answer = await send(url, 'PUT', nsg(round * 5 + n), { location: 'eastus' });
      expect(answer.status).toBe(201);
      accepted.push(
        new URL(answer.headers.get('azure-asyncoperation') ?? '').pathname +
          new URL(answer.headers.get('azure-asyncoperation') ?? '').search,
      );
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    ({ child, url } = await start());
  }
  const resources = (await (await send(url, 'GET', '/_sim/resources')).json()) as { resources: unknown[] };
  expect(resources.resources).toHaveLength(21);
  await expect
    .poll(
      async () =>
        (
          await Promise.all(
            accepted.map(async (path) => ((await (await send(url, 'GET', path)).json()) as { status: string }).status),
          )
        ).join(),
      { timeout: 20_000 },
    )
    .toBe(accepted.map(() => 'Succeeded').join());
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a wrong flag and a port in use end with one clear line and 1', { timeout: 60_000 }, async () => {
  const { url } = await start();
  for (const flags of [
    ['--port', 'http'],
    ['--port', new URL(url).port, '--data', `${folder}-other`],
  ]) {
    const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(Buffer.concat(said).toString()).toMatch(/^Cannot (use --port|listen)/);
  }
  rmSync(`${folder}-other`, { recursive: true, force: true });
});
