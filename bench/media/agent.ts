/** From the start of the agent's process to an OBS that is configured. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { end, start, until } from '../../test/media/support.ts';
import type { Row } from '../main.ts';

const RUNS = 3;

async function once(folder: string): Promise<number> {
  const began = performance.now();
  const agent = start(process.execPath, [join('dist', 'mixer', 'agent', 'main.js'), join(folder, 'settings.json')]);
  let ready = 0;
  if (agent.stdout)
    createInterface({ input: agent.stdout }).on('line', (line) => {
      if (line.includes('"obs-ready"')) ready ||= performance.now() - began;
    });
  await until('the agent to be ready', () => ready > 0, 60);
  await end(agent);
  return ready;
}

/** First start (nothing configured) and later starts (everything there). */
export async function readiness(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-bench-'));
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ egress: 'mixers-secret-2', token: 'none' }));
  const nowhere = { host: '127.0.0.1', port: 9 };
  const userData = {
    ...{ v: 1, deploymentId: 'bench-a-b', event: 'bench', language: 'french', controlPlaneUrl: 'http://127.0.0.1:9' },
    ...{ vaultUrl: 'https://unused.example', secrets: { streamKey: 'key', egress: 'egress', agentToken: 'token' } },
    ...{ programme: nowhere, slides: nowhere },
  };
  const settings = {
    userData,
    secretsFile: join(folder, 'secrets.json'),
    healthPort: 0,
    obs: { port: 0, home: join(folder, 'home') },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const first = await once(folder);
  const later: number[] = [];
  for (let run = 0; run < RUNS; run++) later.push(await once(folder));
  rmSync(folder, { recursive: true, force: true });
  const worst = Math.max(...later);
  return [
    {
      measure: 'agent ready (OBS started and configured)',
      result: `first ${(first / 1000).toFixed(2)} s, later at most ${(worst / 1000).toFixed(2)} s`,
      'times the bare pipeline': '',
      note: 'goal 3 s; Xvfb and software OpenGL',
    },
  ];
}
