import { defineConfig } from 'vitest/config';

/**
 * `npm run conformance`: beside `npm run check`, because it takes minutes of real time; CI runs both. With LONG
 * (`npm run conformance:long`, nightly) also what takes a quarter of an hour, or waits for what the dead had taken.
 */
export default defineConfig({
  test: {
    include: ['test/conformance/extension/**/*.test.ts'],
    ...(process.env.LONG === undefined && { exclude: ['**/*.long.test.ts'] }),
    testTimeout: 420_000,
    hookTimeout: 240_000,
    pool: 'forks',
    // Scenarios and stories wait for most of their time.
    maxWorkers: 2,
    globalSetup: 'test/conformance/extension/setup.ts',
  },
});
