/** What a container writes to its standard output, as a function of time. */
import type { Sim } from '../core/sim.ts';
import { type Life, moment } from './life.ts';

const MAX_RUNNING = 4 * 1024 * 1024;
const MAX_STOPPED = 16 * 1024;
const MAX_STOPPED_LINES = 1000;
/** One line of statistics every so many Azure seconds. */
const EVERY = 10;
/** More lines than this are never made for one answer. */
const MOST = 5000;

interface Line {
  at: number;
  text: string;
}

function lines(life: Life, now: number, container: { name: string; image: string }, ports: readonly string[]): Line[] {
  if (now < life.startedAt || life.pullFails) return [];
  const state = moment(life, now, container);
  if (life.crashingFrom !== undefined && now >= life.crashingFrom) {
    const at = state.since ?? now;
    return [
      { at, text: `[info] ${container.name} starting` },
      { at, text: '[fatal] unexpected error, exiting with code 1' },
    ];
  }
  const end = Math.min(now, life.stoppedAt ?? now);
  const start = [
    { at: life.startedAt, text: `[info] ${container.name} starting` },
    ...ports.map((port) => ({ at: life.startedAt, text: `[info] listening on ${port}` })),
  ];
  const step = EVERY * life.second;
  const total = Math.max(0, Math.floor((end - life.startedAt) / step));
  const from = Math.max(1, total - MOST);
  const ticks = Array.from({ length: Math.max(0, total - from + 1) }, (_, index): Line => {
    const at = life.startedAt + (from + index) * step;
    const fine = life.unhealthyFrom === undefined || at < life.unhealthyFrom;
    return { at, text: fine ? '[info] working' : '[warn] not healthy' };
  });
  return [...start, ...ticks];
}

/** @param tail last lines only */
export function logs(
  sim: Sim<'time'>,
  life: Life,
  container: { name: string; image: string; ports: readonly string[] },
  options: { tail: number | undefined; timestamps: boolean },
): string {
  const now = sim.time.now();
  const stopped = life.stoppedAt !== undefined && life.stoppedAt <= now;
  const all = lines(life, now, container, container.ports).map((line) =>
    options.timestamps ? `${sim.time.iso(line.at)} ${line.text}\n` : `${line.text}\n`,
  );
  const kept = all.slice(-Math.min(options.tail ?? Number.POSITIVE_INFINITY, stopped ? MAX_STOPPED_LINES : all.length));
  return options.tail === 0 ? '' : kept.join('').slice(-(stopped ? MAX_STOPPED : MAX_RUNNING));
}
