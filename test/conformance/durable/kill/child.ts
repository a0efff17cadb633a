/**
 * One life of an engine: `node child.ts FILE ROUND`. Starts the round's jobs where they are absent, speaks to listeners, and says
 * `ready` once it runs and `done` when every job of every round has ended. It is meant to be killed.
 */
import { join } from 'node:path';
import { RealClock } from '../../../../local/clock.ts';
import { createDurableEngine, createSqliteStore, type Store } from '../../../../local/durable/engine.ts';
import { createWorker } from '../../../../local/host/worker.ts';
import { jobsOf, nextWord } from './workload.ts';

const [file = '', last = '0'] = process.argv.slice(2);
const inner = createSqliteStore(file, { thread: true });
let wake: () => void = () => {};
const store: Store = new Proxy(inner, {
  get(target, key) {
    const value = Reflect.get(target, key);
    if (typeof value !== 'function') return value;
    if (key !== 'apply') return value.bind(target);
    return (...args: Parameters<Store['apply']>) => {
      const result = target.apply(...args);
      setImmediate(wake);
      return result;
    };
  },
});
const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
const engine = createDurableEngine({
  store,
  clock: new RealClock(),
  runner,
  log: (level, _category, message) => level === 'error' && console.error(message),
});
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

await engine.start();
const rounds = Array.from({ length: Number(last) + 1 }, (_, round) => round);
const jobs = rounds.flatMap(jobsOf);
for (const { id, name, input } of jobs) {
  if (!store.instance(id)) await post(`/orchestrators/${name}/${id}`, JSON.stringify(input));
}
console.log('ready');

const speaking = new Set<string>();
let open = jobs;
let finished = false;
wake = () => {
  if (finished) return;
  open = open.filter(({ id }) => !['Completed', 'Failed'].includes(store.instance(id)?.status ?? ''));
  for (const { id, name } of open) {
    if (name !== 'listens' || speaking.has(id)) continue;
    const word = nextWord(store, id);
    if (word === undefined) continue;
    speaking.add(id);
    void post(`/instances/${id}/raiseEvent/word`, JSON.stringify(word)).finally(() => speaking.delete(id));
  }
  // Entities may still have a release or a signal to take when the last orchestration has ended.
  if (open.length > 0 || store.waiting().length > 0) return;
  finished = true;
  void engine.stop().then(() => {
    inner.close();
    console.log('done');
  });
};
wake();
