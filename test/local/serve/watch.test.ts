import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('--watch starts the app anew after a build, once for many files, and ends with it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'app-'));
  mkdirSync(join(dir, 'dist'));
  const script = join(import.meta.dirname, 'fixtures/watched.ts');
  const child = spawn(process.execPath, [script, dir, '--watch', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  const starts = () => [...out.matchAll(/^up (\d+) --port 0$/gm)].map(([, pid]) => Number(pid));
  try {
    await expect.poll(starts).toHaveLength(1);
    for (const name of ['a.js', 'b.js', 'c.js']) writeFileSync(join(dir, 'dist', name), '');
    await expect.poll(starts).toHaveLength(2);
    const [first = 0, second = 0] = starts();
    expect(() => process.kill(first, 0)).toThrow();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(() => process.kill(second, 0)).toThrow();
    expect(starts()).toHaveLength(2);
  } finally {
    if (child.exitCode === null) child.kill('SIGTERM');
  }
});
