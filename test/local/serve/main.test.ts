/** The local start as `stream-control serve` runs it. Needs a build: `npm test` makes one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../../dist/local/main.js');
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function serve(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  running.push(child);
  let out = '';
  let err = '';
  child.stdout?.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    err += data;
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const ready = async () => {
    await expect.poll(() => (child.exitCode === null ? out : err)).not.toBe('');
    expect(out + err).toMatch(/^stream-control ready on http:\/\/127\.0\.0\.1:\d+\n$/);
    return out.trim().split(' ').at(-1) ?? '';
  };
  return { child, exit, ready, err: () => err };
}
const folder = () => mkdtempSync(join(tmpdir(), 'data-'));
const free = ['--port', '0', '--simulator-port', '0'];

test('one line when it answers; the same ports again; 0 on SIGTERM and when the parent goes', async () => {
  const data = folder();
  const first = serve(...free, '--data', data, '--time-scale', '600');
  const url = await first.ready();
  const health = await fetch(`${url}/api/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);

  const second = serve(...free, '--data', data);
  expect(await second.ready()).toBe(url);
  second.child.disconnect();
  expect(await second.exit).toBe(0);
});

test('a start right after the starter was killed waits for what it left', async () => {
  const data = folder();
  const first = serve(...free, '--data', data);
  const url = await first.ready();
  first.child.disconnect();
  const second = serve(...free, '--data', data);
  expect(await second.ready()).toBe(url);
  expect(await first.exit).toBe(0);
});

test('a taken simulator port is one line and exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const refused = serve('--port', '0', '--simulator-port', String(port), '--data', folder());
  expect(await refused.exit).toBe(1);
  expect(refused.err()).toBe(
    `Cannot listen on 127.0.0.1:${port} as it is in use: choose another with --simulator-port\n`,
  );
  other.close();
});

test('data in use is one line and exit code 1', async () => {
  const data = folder();
  const first = serve(...free, '--data', data);
  await first.ready();
  const second = serve(...free, '--data', data);
  expect(await second.exit).toBe(1);
  expect(second.err().trimEnd().split('\n')).toHaveLength(1);
  expect(second.err()).toMatch(/^Cannot open .* as another /);
});

test('a missing setting over Azure is one line that names it', async () => {
  const refused = serve('--port', '0', '--data', folder(), '--azure', '00000000-0000-0000-0000-000000000009');
  expect(await refused.exit).toBe(1);
  expect(refused.err().trimEnd().split('\n')).toHaveLength(1);
  expect(refused.err()).toMatch(/KEY_VAULT_URL is not set/);
});
