/** Kills an engine at random moments, round after round, and compares what it came to with what it should have. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createSqliteStore } from '../../../../local/durable/engine.ts';
import type { HistoryEvent } from '../../../../local/durable/history.ts';
import { expectedOf } from './workload.ts';

export interface KillResult {
  /** What differs from an undisturbed run; empty when all is well. */
  violations: string[];
  kills: number;
  rounds: number;
}

/** Seeded numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One life: killed `after` ms behind its `ready`; undefined lets it end by itself. Resolves with whether it was killed. */
function life(file: string, round: number, after: number | undefined): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), file, String(round)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Compiled code is kept next to the data, so that most of each life is spent at work.
      env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(file), 'code') },
    });
    let errors = '';
    let killed = false;
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.stdout.on('data', (data: Buffer) => {
      if (after === undefined || !data.toString().includes('ready')) return;
      setTimeout(() => {
        killed = true;
        child.kill('SIGKILL');
      }, after);
    });
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0) reject(new Error(`The engine ended with ${code ?? signal}: ${errors}`));
      else resolve(killed);
    });
  });
}

/**
 * Rounds, each with its own work, until the engine has been killed so often; a life that ended before its kill does not count.
 * @param wanted number of kills
 */
export async function killRounds(file: string, wanted: number, seed: number): Promise<KillResult> {
  const random = seeded(seed);
  let kills = 0;
  let rounds = 0;
  for (; kills < wanted; rounds++) {
    if (rounds === wanted * 10) throw new Error(`Only ${kills} of ${rounds} lives lasted until their kill`);
    if (await life(file, rounds, Math.floor(random() * random() * 300))) kills++;
  }
  await life(file, rounds - 1, undefined);
  return { violations: inspect(file, rounds), kills, rounds };
}

function inspect(file: string, rounds: number): string[] {
  const store = createSqliteStore(file);
  const violations: string[] = [];
  const compare = (what: string, mine: unknown, wanted: unknown) => {
    if (JSON.stringify(mine) !== JSON.stringify(wanted)) {
      violations.push(`${what}: ${JSON.stringify(mine)} instead of ${JSON.stringify(wanted)}`);
    }
  };
  for (let round = 0; round < rounds; round++) {
    for (const [id, output] of Object.entries(expectedOf(round))) {
      const instance = store.instance(id);
      compare(id, [instance?.status, instance?.output], ['Completed', JSON.stringify(output)]);
    }
    const shared = store.instance(`@tally@shared-${round}`);
    compare(`shared tally ${round}`, JSON.parse(shared?.input ?? '{}').state, '6');
    const heard = store
      .history(`r${round}-listens`)
      .map((text) => JSON.parse(text) as HistoryEvent)
      .flatMap((event) => (event.EventType === 15 ? [event.Input] : []));
    compare(`words heard in ${round}`, heard, ['1', '2', '3', '4', '5']);
  }
  compare('left over', [store.waiting(), store.activities(), store.nextAlarm() ?? null], [[], [], null]);
  store.close();
  return violations;
}
