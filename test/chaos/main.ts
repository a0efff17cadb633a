/**
 * Random faults, commands and restarts against the whole product in virtual time.
 *
 *   npm run chaos -- --seeds 50 [--from 1]
 *   npm run chaos -- --planted [--seeds 200]    whether it finds faults that are planted
 *
 * Exit code 1 on any violation; every violation comes with the command that replays its seed.
 */
import { parseArgs } from 'node:util';
import { hunt, PLANTED } from './planted.ts';
import { runSeed } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    planted: { type: 'boolean', default: false },
    app: { type: 'string' },
    first: { type: 'boolean', default: false },
  },
});
const count = Number(values.seeds ?? 10);
const from = Number(values.from ?? 1);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(from) || from < 0) {
  console.error('Cannot run chaos as --seeds must be a whole number from 1 and --from one from 0');
  process.exit(2);
}

if (values.planted) {
  let missed = 0;
  for (const planted of PLANTED) {
    const found = hunt(planted, from, count);
    if (!found) missed++;
    console.log(`${planted.name}: ${found ?? `not found in ${count} seeds`}`);
  }
  process.exit(missed > 0 ? 1 : 0);
}

let faults = 0;
let attacks = 0;
let broken = 0;
for (let seed = from; seed < from + count; seed++) {
  const report = await runSeed(seed, values.app);
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
  if (values.first) process.exit(1);
}
console.log(`${count} seeds run, ${faults} faults injected, ${attacks} attacks, ${broken} violations`);
process.exit(broken > 0 ? 1 : 0);
