/**
 * The durable engine beside others, in one run on one machine: durations and their ratios. The peers are installed apart,
 * `npm ci --prefix bench/engine`; one that is missing or does not start is named and left out.
 */
import { openDurableTask } from './durabletask.ts';
import type { BenchEngine } from './engine.ts';
import { openOurs } from './ours.ts';
import { recovery } from './recovery.ts';
import { openRestate } from './restate.ts';

type Row = Record<string, string | number>;

const repeat = <T>(times: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => make(index)));

const SLEEPERS = 10_000;
/** How long after their time sleepers are waited for, ms; later counts as never. */
const PATIENCE = 60_000;
const workloads: { name: string; run: (engine: BenchEngine) => Promise<void> }[] = [
  {
    name: 'chain of 10, 20 one after the other',
    run: async (engine) => {
      for (let i = 0; i < 20; i++) await engine.chain(10);
    },
  },
  { name: 'fan-out 100', run: (engine) => engine.fan(100) },
  { name: 'fan-out 1000', run: (engine) => engine.fan(1000) },
  { name: '1000 chains of 10 at once', run: async (engine) => void (await repeat(1000, () => engine.chain(10))) },
];

/** Median of up to three runs, ms: one slow moment of a shared machine must not decide a row, nor one slow engine the evening. */
async function measure(run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  while (times.length < 3 && times.reduce((sum, time) => sum + time, 0) < 10_000) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** Memory per sleeper in this process (bytes) and the lag of the last to wake (ms). */
async function sleepers(engine: BenchEngine): Promise<{ bytes: number; lag: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const due = Date.now() + 30_000;
  const sleeping = await repeat(SLEEPERS, () => engine.sleeper(due));
  const woke = Promise.all(sleeping.map((one) => one.woke));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - 2000 - Date.now())));
  globalThis.gc?.();
  const bytes = Math.round((process.memoryUsage().heapUsed - before) / SLEEPERS);
  const last = await Promise.race([
    woke.then((times) => times.reduce((most, time) => Math.max(most, time), 0)),
    new Promise<number>((resolve) => setTimeout(() => resolve(Number.POSITIVE_INFINITY), due + PATIENCE - Date.now())),
  ]);
  return { bytes, lag: last - due };
}

async function open(): Promise<BenchEngine[]> {
  const engines: BenchEngine[] = [];
  for (const make of [() => openOurs('sqlite'), openRestate, openDurableTask]) {
    try {
      engines.push(await make());
    } catch (error) {
      console.log(`left out: ${error instanceof Error ? error.message : error}`);
    }
  }
  return engines;
}

export async function run(): Promise<Row[]> {
  const engines = await open();
  const rows: Row[] = [];
  const ratios = (row: Row, figures: Map<string, number>) => {
    const mine = figures.get('stream-control') ?? Number.NaN;
    for (const [name, value] of figures)
      if (name !== 'stream-control') row[`× ${name}`] = Number((value / mine).toFixed(2));
    rows.push(row);
    console.log(JSON.stringify(row));
  };
  for (const { name, run: work } of workloads) {
    const figures = new Map<string, number>();
    const row: Row = { workload: name };
    for (const engine of engines) {
      await engine.chain(1);
      const ms = await measure(() => work(engine));
      figures.set(engine.name, ms);
      row[`${engine.name}, ms`] = Math.round(ms);
    }
    ratios(row, figures);
  }
  const lags = new Map<string, number>();
  const memory: Row = { workload: `${SLEEPERS} sleepers: bytes each in this process` };
  const lag: Row = { workload: `${SLEEPERS} sleepers: lag of the last to wake` };
  for (const engine of engines) {
    const figures = await sleepers(engine);
    lags.set(engine.name, figures.lag);
    memory[`${engine.name}, bytes`] = figures.bytes;
    lag[`${engine.name}, ms`] = figures.lag;
  }
  rows.push(memory);
  ratios(lag, lags);
  for (const engine of engines) await engine.stop();
  rows.push(await recovery());
  return rows;
}
