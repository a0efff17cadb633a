import { defineConfig } from 'vitest/config';

/** `npm run conformance`: beside the gate, because it takes minutes of real time. */
export default defineConfig({
  test: {
    include: ['test/conformance/extension/**/*.test.ts'],
    testTimeout: 420_000,
    hookTimeout: 240_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
