import { defineConfig } from 'vitest/config';

/** Minutes of real time: `npm run conformance`. */
const EXTENSION = 'test/conformance/extension/**';

/** Browsers, media programs, compilers, processes that are killed: they wait for others, and others' load makes them late. */
const REAL = [
  'test/{bicep,dashboard,e2e,media,rehearsal}/**/*.test.ts',
  'test/local/host/{main,workers}.test.ts',
  'test/local/serve/*.test.ts',
  'test/local/azure/conformance/process.test.ts',
  'test/conformance/durable/kill/*.test.ts',
  'test/conformance/az/*.test.ts',
  'test/repository/package.test.ts',
  'test/relay/title.test.ts',
];
/** Days, fifty languages and builds of images in virtual time, every turn killed once, and random faults. */
const LONG = [
  'test/chaos/*.test.ts',
  'test/domain/chaos.test.ts',
  'test/functions/broken.test.ts',
  'test/orchestrations/life.test.ts',
  'test/system/{deaths,foreign,image-build,image-time,interpreted,killed,log-volume,money,retention,starts-at,summer-time,teardown,week}.test.ts',
];

/** Nothing of a process is theirs: one process takes many of them, and loads what they share once. */
const PLAIN = ['test/{azure,contract,domain,local/azure,mixer,orchestrations,relay,telemetry}/**/*.test.ts'];

/** One project after another, so that what waits for real programs has the machine to itself. */
const project = (name: string, groupOrder: number, include: string[], exclude: string[], how: object = {}) => ({
  extends: true as const,
  test: { name, include, exclude: [EXTENSION, ...exclude], ...how, sequence: { groupOrder } },
});
/** Threads begin in a fifth less of the processor's time than processes, which real programs' tests need for themselves. */
const THREADS = { pool: 'threads' };

export default defineConfig({
  test: {
    // Twice what the longest need on a busy machine: an end for what hangs, no measure of anything.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled for comes as soon as it can; a busy machine only makes it later.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // Some of the suite waits for real programs (az, OBS, child processes), so three share two cores well.
    maxWorkers: 3,
    projects: [
      project('plain', 0, PLAIN, [...REAL, ...LONG], { ...THREADS, isolate: false }),
      project('quick', 0, ['test/**/*.test.ts'], [...REAL, ...LONG, ...PLAIN], THREADS),
      project('long', 1, LONG, [], THREADS),
      project('real', 2, REAL, []),
    ],
  },
});
