/** Restate: its server as a process of its own with its data on disk, the services in this process, spoken to over HTTP. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cpuOf } from './cpu.ts';
import type { BenchEngine } from './engine.ts';

/** As much of its API as is used here; the package itself is installed apart. */
interface Context {
  run(name: string, action: () => unknown): Promise<unknown>;
  sleep(ms: number): Promise<void>;
}
const PACKAGE = '@restatedev/restate-sdk';

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export async function openRestate(): Promise<BenchEngine> {
  const restate = await import(PACKAGE);
  /** Sleepers by number; the services run in this process, so they say themselves when they woke. */
  const sleeping = new Map<number, (woke: number) => void>();
  const service = restate.service({
    name: 'bench',
    handlers: {
      chain: async (context: Context, steps: number) => {
        for (let i = 0; i < steps; i++) await context.run(`echo ${i}`, () => i);
      },
      fan: async (context: Context, width: number) => {
        await restate.RestatePromise.all(Array.from({ length: width }, (_, i) => context.run(`echo ${i}`, () => i)));
      },
      sleep: async (context: Context, { id, due }: { id: number; due: number }) => {
        await context.sleep(due - Date.now());
        sleeping.get(id)?.(Date.now());
      },
    },
  });
  const [servicePort, ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  // Its lines would be measured too.
  await restate.serve({ services: [service], port: servicePort, logger: () => {} });
  const require = createRequire(import.meta.url);
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const binary = join(dirname(require.resolve(`${platform}/package.json`)), 'bin', 'restate-server');
  const server = spawn(binary, ['--base-dir', mkdtempSync(join(tmpdir(), 'restate-'))], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_LOG_FILTER: 'error',
      DO_NOT_TRACK: '1',
    },
  });
  let output = '';
  server.stdout.on('data', (data) => {
    output += data;
  });
  server.stderr.on('data', (data) => {
    output += data;
  });
  const deadline = Date.now() + 60_000;
  for (;;) {
    const registered = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${servicePort}` }),
    }).catch(() => undefined);
    if (registered?.ok) break;
    if (Date.now() > deadline || server.exitCode !== null) {
      server.kill();
      throw new Error(`restate-server did not start: ${output.slice(-500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const call = async (handler: string, input: unknown): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${ingress}/bench/${handler}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    if (!answer.ok) throw new Error(`restate answered ${answer.status}: ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    name: 'Restate',
    durable: true,
    chain: async (steps) => void (await call('chain', steps)),
    fan: async (width) => void (await call('fan', width)),
    sleeper: async (due) => {
      const id = sleeping.size;
      const woke = new Promise<number>((resolve) => sleeping.set(id, resolve));
      await call('sleep/send', { id, due });
      return { woke };
    },
    elsewhere: () => cpuOf(server.pid ?? 0),
    stop: async () => {
      server.kill();
    },
  };
}
