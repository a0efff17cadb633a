/** One life: starts the orchestrations when the file is empty and says `loaded`; else goes on with them and says how long that took. */
import { join } from 'node:path';
import { RealClock } from '../../local/clock.ts';
import { createDurableEngine, createSqliteStore } from '../../local/durable/engine.ts';
import { createWorker } from '../../local/host/worker.ts';

const [file = '', count = '0'] = process.argv.slice(2);
const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
const begin = performance.now();
const store = createSqliteStore(file, { thread: true });
const fresh = store.query({ limit: 1 }).length === 0;
const engine = createDurableEngine({ store, clock: new RealClock(), runner, log: () => {} });
const post = (path: string, body: string) =>
  engine.manage({
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json' },
    body,
    baseUrl: 'http://127.0.0.1',
    requiredQuery: '',
  });
if (fresh) {
  // Accepted but not begun, so that the kill finds every one of them in flight.
  await Promise.all(Array.from({ length: Number(count) }, (_, i) => post(`/orchestrators/chain/r${i}`, '2')));
  await engine.start();
  console.log('loaded');
} else {
  await engine.start();
  const started = Math.round(performance.now() - begin);
  while (store.query({ limit: 1, statuses: ['Pending', 'Running'] }).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(`started ${started} ended ${Math.round(performance.now() - begin)}`);
  await engine.stop();
  store.close();
  process.exit(0);
}
