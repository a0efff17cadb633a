/** This engine on SQLite with synchronous=FULL, under an ordinary durable-functions app through the real SDK and worker, in this process or in others. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealClock } from '../../local/clock.ts';
import { createDurableEngine, createMemoryStore, createSqliteStore } from '../../local/durable/engine.ts';
import type { FunctionRunner } from '../../local/durable/ports.ts';
import { Executor } from '../../local/host/executor.ts';
import { SharedClock } from '../../local/host/holds.ts';
import { createWorker } from '../../local/host/worker.ts';
import { WorkerPool } from '../../local/host/worker-pool.ts';
import { cpuOf } from './cpu.ts';
import type { BenchEngine } from './engine.ts';

const WOKE = Symbol.for('bench.woke');

const APP_DIR = join(import.meta.dirname, 'app');

/** The app in processes of its own, as FUNCTIONS_WORKER_PROCESS_COUNT makes a host run it. */
async function inProcesses(count: number): Promise<{ pool: WorkerPool; runner: FunctionRunner }> {
  const log = () => {};
  const pool = await WorkerPool.create({ count, appDir: APP_DIR, clientInput: '{}', appLog: log, log });
  await pool.start();
  const clock = new RealClock();
  const parts = { worker: pool, clock, engineClock: new SharedClock(clock), log, timeout: undefined };
  return { pool, runner: new Executor(parts) };
}

/** @param workers processes that the app runs in; 0 is this one */
export async function openOurs(kind: 'sqlite' | 'memory', workers = 0): Promise<BenchEngine> {
  const apart = workers > 0 ? await inProcesses(workers) : undefined;
  const runner = apart?.runner ?? (await createWorker({ appDir: APP_DIR, log: () => {} }));
  const file = join(mkdtempSync(join(tmpdir(), 'ours-')), 'durable.db');
  const store =
    kind === 'sqlite' ? createSqliteStore(file, { thread: process.env.INLINE === undefined }) : createMemoryStore();
  const engine = createDurableEngine({
    store,
    clock: new RealClock(),
    runner,
    log: (level, _category, message) => level === 'error' && console.error(message),
  });
  await engine.start();
  let count = 0;
  /** Sleepers by id; the app runs in this process, so they say themselves when they woke. */
  const sleeping = new Map<string, (woke: number) => void>();
  (globalThis as { [WOKE]?: (id: string) => void })[WOKE] = (id) => sleeping.get(id)?.(Date.now());
  const ask = async (name: string, input: number, wait: boolean): Promise<{ id: string; body: string }> => {
    const id = `${name}-${count++}`;
    const query = new URLSearchParams(wait ? { timeout: '600', pollingInterval: '1' } : {});
    const { status, body } = await engine.manage({
      method: 'POST',
      path: `/orchestrators/${name}/${id}`,
      query,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      baseUrl: 'http://127.0.0.1',
      requiredQuery: '',
    });
    if (status >= 300) throw new Error(`the engine answered ${status}: ${body}`);
    return { id, body };
  };
  const name = kind === 'sqlite' ? 'stream-control' : 'stream-control (in memory)';
  return {
    name: apart ? `${name}, ${workers} worker${workers > 1 ? 's' : ''}` : name,
    durable: kind === 'sqlite',
    chain: async (steps) => void (await ask('chain', steps, true)),
    fan: async (width) => void (await ask('fan', width, true)),
    sleeper: async (due) => {
      // Its answer comes when it woke, with the time.
      if (apart) return { woke: ask('sleep', due, true).then(({ body }) => Number(body)) };
      const { id } = await ask('sleep', due, false);
      return { woke: new Promise((resolve) => sleeping.set(id, resolve)) };
    },
    ...(apart && { elsewhere: () => apart.pool.pids.reduce((sum, pid) => sum + cpuOf(pid), 0) }),
    stop: async () => {
      await engine.stop();
      await apart?.pool.terminate();
      store.close();
    },
  };
}
