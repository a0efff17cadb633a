/** The Windows scripts, by PowerShell and Pester where `npm run pester` has restored them; they come from NuGet and are no part of `npm ci`. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const NOT_RESTORED = 3;

test('scripts of the mixers’ image pass their Pester tests', { timeout: 120_000 }, (context) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/pester.mjs', '--restored'], {
    encoding: 'utf8',
  });
  if (status === NOT_RESTORED) return context.skip(stderr.trim());
  expect(stdout + stderr).toMatch(/Tests Passed: [1-9]\d*, Failed: 0/);
  expect(status, stdout + stderr).toBe(0);
});
