import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { killRounds } from './kill.ts';

const folder = mkdtempSync(join(tmpdir(), 'kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('killed thirty times, it comes to what an undisturbed run comes to', { timeout: 120_000 }, async () => {
  const { violations, kills } = await killRounds(join(folder, 'kill.db'), 30, 20261121);
  expect(violations).toEqual([]);
  expect(kills).toBe(30);
});
