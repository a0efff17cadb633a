/** The commands as processes: ready line, exit codes, signals, kill -9, restart. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const traces = join(root, 'test/fixtures/traces/app');
/** The promise is 5 s; a busy machine is given as much again. Without an end of its own, the process would stay for ever. */
const IN_TIME = 10_000;
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(root, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const ready = async () => {
    await expect.poll(() => out || `${child.exitCode ?? ''}`).toMatch(/ready on/);
    return /ready on (\S+)\n/.exec(out)?.[1] ?? '';
  };
  return { child, exit, ready, out: () => out, err: () => err };
}
const folder = () => mkdtempSync(join(tmpdir(), 'data-'));

describe('host with the app in a process of its own', () => {
  const workers = join(root, 'test/local/host/apps/workers');
  const start = async () => {
    const args = ['--app', workers, '--port', '0', '--data', folder(), '--workers', '1'];
    const host = run('local/host/main.ts', ...args);
    const url = await host.ready();
    const { pid } = (await (await fetch(`${url}/api/pid`)).json()) as { pid: number };
    expect(pid).not.toBe(host.child.pid);
    const alive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    return { ...host, alive };
  };

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends both, with code 0', async (signal) => {
    const { child, exit, alive } = await start();
    child.kill(signal);
    expect(await exit).toBe(0);
    await expect.poll(alive, { timeout: IN_TIME }).toBe(false);
  });

  test('kill -9 of the host leaves no process behind', async () => {
    const { child, exit, alive } = await start();
    child.kill('SIGKILL');
    await exit;
    await expect.poll(alive, { timeout: IN_TIME }).toBe(false);
  });

  test.each(['0', '11', 'x', ''])('--workers %s is refused', async (count) => {
    const { exit, err } = run(
      'local/host/main.ts',
      '--app',
      workers,
      '--port',
      '0',
      '--data',
      folder(),
      '--workers',
      count,
    );
    expect(await exit).toBe(1);
    expect(err()).toContain(`--workers must be a whole number from 1 to 10: current value is '${count}'`);
  });
});

describe('host', () => {
  test('prints where it is ready, answers, ends with 0 on SIGTERM in time', async () => {
    const host = run('local/host/main.ts', '--app', traces, '--port', '0', '--data', folder());
    const url = await host.ready();
    expect(host.out()).toBe(`host ready on ${url}\n`);
    expect(await (await fetch(`${url}/api/ping`)).text()).toBe('pong');
    const asked = performance.now();
    host.child.kill('SIGTERM');
    expect(await host.exit).toBe(0);
    expect(performance.now() - asked).toBeLessThan(IN_TIME);
  });

  test('lets what runs come to its end', async () => {
    const host = run('local/host/main.ts', '--app', traces, '--port', '0', '--data', folder());
    const url = await host.ready();
    await fetch(`${url}/runtime/webhooks/durabletask/orchestrators/timer/a`, { method: 'POST' });
    const waiting = fetch(`${url}/api/client/wait/a`);
    await expect.poll(() => host.err()).toMatch(/Executing 'Functions\.clientops'/);
    host.child.kill('SIGTERM');
    const answer = await waiting;
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ due: expect.any(String) })]);
    expect(await host.exit).toBe(0);
  });

  test('ends in time even when a function never does', async () => {
    const host = run(
      'local/host/main.ts',
      '--app',
      join(import.meta.dirname, 'apps/http'),
      '--port',
      '0',
      '--data',
      folder(),
    );
    const url = await host.ready();
    const waiting = fetch(`${url}/api/slow`).catch(() => undefined);
    await expect.poll(() => host.err()).toMatch(/Executing 'Functions\.slow'/);
    const asked = performance.now();
    host.child.kill('SIGINT');
    expect(await host.exit).toBe(0);
    expect(performance.now() - asked).toBeLessThan(IN_TIME);
    await waiting;
  });

  test('kill -9 in the middle: the next start goes on', async () => {
    const data = folder();
    const first = run('local/host/main.ts', '--app', traces, '--port', '0', '--data', data);
    const url = await first.ready();
    const started = await fetch(`${url}/api/orchestrators/timer?id=t`, { method: 'POST' });
    expect(started.status).toBe(202);
    first.child.kill('SIGKILL');
    await first.exit;
    const second = run('local/host/main.ts', '--app', traces, '--port', '0', '--data', data);
    const again = await second.ready();
    const status = async () =>
      (await (await fetch(`${again}/api/client/status/t`)).json()) as { runtimeStatus: string };
    await expect.poll(status).toMatchObject({ runtimeStatus: 'Completed' });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  });

  test.each([
    ['an unknown flag', ['--nothing'], /^Unknown option '--nothing'.*Usage: host/],
    ['a bad port', ['--port', 'x'], /^--port must be a whole number/],
    ['no app', ['--app', '/nowhere', '--port', '0'], /^Cannot load the app: \/nowhere\/host\.json does not exist$/],
  ])('%s is one line and exit code 1', async (_, args, message) => {
    const host = run('local/host/main.ts', '--data', folder(), ...args);
    expect(await host.exit).toBe(1);
    expect(host.err().trimEnd()).toMatch(message);
    expect(host.err().trimEnd().split('\n')).toHaveLength(1);
    expect(host.out()).toBe('');
  });

  test('a port in use is one line and exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const host = run('local/host/main.ts', '--app', traces, '--port', String(port), '--data', folder());
    expect(await host.exit).toBe(1);
    expect(host.err()).toBe(`Cannot listen on 127.0.0.1:${port} as it is in use: choose another with --port\n`);
    other.close();
  });

  test('data in use by another process is one line and exit code 1', async () => {
    const data = folder();
    const first = run('local/host/main.ts', '--app', traces, '--port', '0', '--data', data);
    await first.ready();
    const second = run('local/host/main.ts', '--app', traces, '--port', '0', '--data', data);
    expect(await second.exit).toBe(1);
    expect(
      second
        .err()
        .split('\n')
        .filter((line) => /another process is using it/.test(line)),
    ).toHaveLength(1);
  });
});
