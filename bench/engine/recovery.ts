/** How long a killed engine takes until it works again, with ten thousand orchestrations in flight. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_FLIGHT = 10_000;

/** One life of an engine; resolves with its lines. Killed once it says `loaded`. */
function life(file: string, kill: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'recovery-child.ts'), file, String(IN_FLIGHT)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      if (kill && output.includes('loaded')) child.kill('SIGKILL');
    });
    child.on('exit', (code, signal) =>
      code === 0 || signal === 'SIGKILL' ? resolve(output) : reject(new Error(output)),
    );
  });
}

export async function recovery(): Promise<Record<string, string | number>> {
  const file = join(mkdtempSync(join(tmpdir(), 'recovery-')), 'durable.db');
  await life(file, true);
  const output = await life(file, false);
  const [, started, ended] = /started (\d+) ended (\d+)/.exec(output) ?? [];
  return {
    workload: `kill with ${IN_FLIGHT} in flight: engine started, ms / all of them ended, ms`,
    'stream-control, ms': `${started} / ${ended}`,
  };
}
