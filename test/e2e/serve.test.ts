import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from './stack.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe('serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says when it is ready, and ends with 0 within 5 s of %s', async (signal) => {
    const data = mkdtempSync(join(tmpdir(), 'serve-'));
    const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', '--simulator-port', '0', '--data', data], {
      env: { PATH: process.env.PATH },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const url = /^stream-control ready on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    expect(url).toBeDefined();
    const doctor = await runCli(['doctor', '-o', 'json'], { STREAM_CONTROL_URL: url ?? '' });
    expect({ code: doctor.code, out: doctor.out }).toEqual({
      code: 0,
      out: expect.stringContaining('"control plane"'),
    });
    const asked = performance.now();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(performance.now() - asked).toBeLessThan(5000);
    rmSync(data, { recursive: true });
    // Its child is gone with it.
    expect((await runCli(['list'], { STREAM_CONTROL_URL: url ?? '' })).code).toBe(1);
  });

  it('says in one line that a port is in use: exit code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const data = mkdtempSync(join(tmpdir(), 'serve-'));
    const { code, out, err } = await runCli(['serve', '--port', `${port}`, '--simulator-port', '0', '--data', data]);
    taken.close();
    rmSync(data, { recursive: true });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(`${port}`);
  });

  it('refuses settings that are none: exit code 2, before anything starts', async () => {
    const { code, err } = await runCli(['serve', '--port', 'http', '--time-scale', '0']);
    expect(code).toBe(2);
    expect(err).toContain('--port: must be a whole number');
    expect(err).toContain('--time-scale: must be a number');
  });
});
