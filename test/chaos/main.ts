/**
 * Random faults, commands and restarts against the whole product in virtual time.
 *
 *   npm run chaos -- --seeds 50 [--from 1]
 *   npm run chaos -- --planted                  whether it finds faults that are planted, by the seeds that are known to
 *   npm run chaos -- --hunt 13 [--seeds 10]     looks for a seed that finds the planted faults of a number, among those that could
 *
 * Exit code 1 on any violation; every violation comes with the command that replays its seed.
 */
import { parseArgs } from 'node:util';
import { hunt, likely, PLANTED } from './planted.ts';
import { runSeed } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    planted: { type: 'boolean', default: false },
    hunt: { type: 'string' },
  },
});
const count = Number(values.seeds ?? 10);
const from = Number(values.from ?? 1);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(from) || from < 0) {
  console.error('Cannot run chaos as --seeds must be a whole number from 1 and --from one from 0');
  process.exit(2);
}

if (values.planted || values.hunt !== undefined) {
  let missed = 0;
  const wanted = PLANTED.filter(({ number }) => values.hunt === undefined || values.hunt === String(number));
  for (const planted of wanted) {
    const known = values.planted && planted.seed !== undefined;
    const seeds = known ? [Number(planted.seed)] : likely(planted, from, count);
    const found = hunt(planted, seeds);
    if (!found) missed++;
    const told = found ? `seed ${found.seed}: ${found.said}` : `not found in seeds ${seeds.join(' ')}`;
    console.log(`${planted.number} ${planted.name}: ${told}`);
  }
  process.exit(missed > 0 ? 1 : 0);
}

let faults = 0;
let attacks = 0;
let broken = 0;
for (let seed = from; seed < from + count; seed++) {
  const report = await runSeed(seed);
  faults += report.faults;
  attacks += report.attacks;
  const { commands, accidents, violations } = report;
  console.log(
    `seed ${seed}: ${report.faults} faults, ${report.attacks} attacks, ${commands} commands, ${accidents} accidents, ${violations.length} violations`,
  );
  if (violations.length === 0) continue;
  broken += violations.length;
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(`  replay: npm run chaos -- --seeds 1 --from ${seed}`);
}
console.log(`${count} seeds run, ${faults} faults injected, ${attacks} attacks, ${broken} violations`);
process.exit(broken > 0 ? 1 : 0);
