import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Minutes of real time: `npm run conformance`.
    exclude: ['test/conformance/extension/**'],
    // Twice what the longest need on a busy machine: an end for what hangs, no measure of anything.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled for comes as soon as it can; a busy machine only makes it later.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // Half of the suite waits for real programs (az, OBS, child processes), so three share two cores well.
    maxWorkers: 3,
  },
});
