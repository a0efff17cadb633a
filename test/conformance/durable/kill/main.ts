/** `node test/conformance/durable/kill/main.ts [--kills N] [--seed S]`: the kill test, as long as you like. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRounds } from './kill.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const folder = mkdtempSync(join(tmpdir(), 'kill-'));
/** Kills per file: each new life looks at all its rounds, so they are not piled up for ever. */
const CHUNK = 50;
let violations = 0;
for (let done = 0; done < Number(values.kills); done += CHUNK) {
  const kills = Math.min(CHUNK, Number(values.kills) - done);
  const seed = Number(values.seed) + done;
  const result = await killRounds(join(folder, `${done}.db`), kills, seed);
  violations += result.violations.length;
  console.log(`${done + kills} kills, the last ${kills} in ${result.rounds} rounds (seed ${seed})`);
  for (const violation of result.violations) console.log(`  ${violation}`);
}
rmSync(folder, { recursive: true });
process.exitCode = violations > 0 ? 1 : 0;
