/**
 * The durable engine beside others, in one run on one machine: durations and their ratios. The peers are installed apart,
 * `npm ci --prefix bench/engine`; one that is missing or does not start is named and left out.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDbos } from './dbos.ts';
import { openDurableTask } from './durabletask.ts';
import type { BenchEngine } from './engine.ts';
import { openOurs } from './ours.ts';
import { recovery } from './recovery.ts';
import { openRestate } from './restate.ts';

/** Why a peer can be ahead where many workflows take small steps. */
const BEHIND_STEPS =
  'the SDK replays an orchestrator from its beginning at every step (55 steps for a chain of ten) and one thread runs app and engine; peers with code of their own keep the function suspended, and their server takes the second core';

const BEHIND_SLEEPERS =
  'each wake-up is an invocation of the worker API and a replay by the SDK, about 90 microseconds on the one thread that runs app and engine; peers share the work between two processes. One run each, so ten per cent is chance';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Row = Record<string, string | number>;

const repeat = <T>(times: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => make(index)));

const SLEEPERS = 10_000;
/** Times a workload is run, while an engine has taken less than this, ms. */
const ROUNDS = 3;
const BUDGET = 10_000;
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

interface Figure {
  ms: number;
  /** Processor time of both sides: less of it is what a busy machine shows as time. */
  cpu: number;
}

async function measure(engine: BenchEngine, work: () => Promise<void>): Promise<Figure> {
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 + (engine.elsewhere?.() ?? 0);
  };
  const before = cpu();
  const start = performance.now();
  await work();
  return { ms: performance.now() - start, cpu: cpu() - before };
}

/**
 * Medians of up to three rounds, the engines by turns: one slow moment of a shared machine must not decide a row, nor one slow
 * engine the evening.
 */
async function compare(engines: BenchEngine[], work: (engine: BenchEngine) => Promise<void>): Promise<Figure[]> {
  const figures = engines.map((): Figure[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, engine] of engines.entries()) {
      const mine = figures[index] ?? [];
      if (mine.reduce((sum, { ms }) => sum + ms, 0) < BUDGET) mine.push(await measure(engine, () => work(engine)));
    }
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return figures.map((mine) => ({ ms: median(mine.map(({ ms }) => ms)), cpu: median(mine.map(({ cpu }) => cpu)) }));
}

/** Memory per sleeper in this process (bytes) and the lag of the last to wake (ms). */
async function sleepers(engine: BenchEngine): Promise<{ bytes: number; lag: number }> {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const due = Date.now() + 30_000;
  const sleeping = await repeat(SLEEPERS, () => engine.sleeper(due));
  const woke = Promise.all(sleeping.map((one) => one.woke));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - 2000 - Date.now())));
  collectGarbage();
  const bytes = Math.round((process.memoryUsage().heapUsed - before) / SLEEPERS);
  const last = await Promise.race([
    woke.then((times) => times.reduce((most, time) => Math.max(most, time), 0)),
    new Promise<number>((resolve) => setTimeout(() => resolve(Number.POSITIVE_INFINITY), due + PATIENCE - Date.now())),
  ]);
  return { bytes, lag: last - due };
}

async function open(): Promise<BenchEngine[]> {
  const engines: BenchEngine[] = [];
  for (const make of [() => openOurs('sqlite', 1), () => openOurs('sqlite'), openRestate, openDbos, openDurableTask]) {
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
  const ratios = (row: Row, figures: Map<BenchEngine, number>, reason: string) => {
    const [mine = Number.NaN] = figures.values();
    for (const [{ name, durable }, value] of [...figures].slice(1)) {
      row[`× ${name}`] = Number((value / mine).toFixed(2));
      if (durable && value < mine) row.behind = `${row.behind ? `${row.behind}, ` : ''}${name}`;
    }
    rows.push(row);
    console.log(JSON.stringify(row));
    if (row.behind) console.log(`behind ${row.behind}: ${reason}`);
  };
  for (const engine of engines) await engine.chain(1);
  for (const { name, run: work } of workloads) {
    const figures = await compare(engines, work);
    const row: Row = { workload: name };
    for (const [index, { name: engine }] of engines.entries()) {
      row[`${engine}, ms`] = Math.round(figures[index]?.ms ?? 0);
      row[`${engine}, CPU ms`] = Math.round(figures[index]?.cpu ?? 0);
    }
    const times = engines.map((engine, index): [BenchEngine, number] => [engine, figures[index]?.ms ?? Number.NaN]);
    ratios(row, new Map(times), BEHIND_STEPS);
  }
  const lags = new Map<BenchEngine, number>();
  const memory: Row = { workload: `${SLEEPERS} sleepers: bytes each in this process` };
  const lag: Row = { workload: `${SLEEPERS} sleepers: lag of the last to wake` };
  for (const engine of engines) {
    const figures = await sleepers(engine);
    lags.set(engine, figures.lag);
    memory[`${engine.name}, bytes`] = figures.bytes;
    lag[`${engine.name}, ms`] = figures.lag;
  }
  rows.push(memory);
  ratios(lag, lags, BEHIND_SLEEPERS);
  for (const engine of engines) await engine.stop();
  rows.push(await recovery());
  return rows;
}
