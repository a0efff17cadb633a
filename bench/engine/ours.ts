/** This engine on SQLite with synchronous=FULL, under an ordinary durable-functions app through the real SDK and worker. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealClock } from '../../local/clock.ts';
import { createDurableEngine, createMemoryStore, createSqliteStore } from '../../local/durable/engine.ts';
import { createWorker } from '../../local/host/worker.ts';
import type { BenchEngine } from './engine.ts';

const WOKE = Symbol.for('bench.woke');

export async function openOurs(kind: 'sqlite' | 'memory'): Promise<BenchEngine> {
  const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
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
  const start = async (name: string, input: number, wait: boolean): Promise<string> => {
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
    return id;
  };
  return {
    name: kind === 'sqlite' ? 'stream-control' : 'stream-control (in memory)',
    durable: kind === 'sqlite',
    chain: async (steps) => void (await start('chain', steps, true)),
    fan: async (width) => void (await start('fan', width, true)),
    sleeper: async (due) => {
      const id = await start('sleep', due, false);
      return { woke: new Promise((resolve) => sleeping.set(id, resolve)) };
    },
    stop: async () => {
      await engine.stop();
      store.close();
    },
  };
}
