/** The example app, as its README says: an app of somebody else's on the host, killed in the middle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

async function start(data: string): Promise<string> {
  const args = ['local/host/main.ts', '--app', 'examples/app', '--port', '0', '--data', data];
  const host = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  child = host;
  let out = '';
  host.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  await expect.poll(() => out).toMatch(/ready on/);
  return /ready on (\S+)\n/.exec(out)?.[1] ?? '';
}

const post = (url: string, body?: unknown) =>
  fetch(url, {
    method: 'POST',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

test('starts, waits, is killed, and ends when it is told', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sound-check-'));
  let url = await start(data);
  const room = () => `${url}/api/sound-checks/hall`;
  const state = async () =>
    (await (await fetch(`${url}/runtime/webhooks/durabletask/instances/hall`)).json()) as Record<string, unknown>;
  expect((await post(room(), {})).status).toBe(400);
  expect((await post(room(), { microphones: ['pulpit', 'choir'] })).status).toBe(202);
  await expect.poll(async () => (await state()).customStatus).toHaveProperty('levels');
  child?.kill('SIGKILL');
  url = await start(data);
  expect((await post(`${room()}/heard`)).status).toBe(202);
  await expect.poll(async () => (await state()).runtimeStatus).toBe('Completed');
  expect((await state()).output).toMatchObject({
    passed: true,
    levels: [
      { microphone: 'pulpit', level: -18 },
      { microphone: 'choir', level: -23 },
    ],
  });
});
