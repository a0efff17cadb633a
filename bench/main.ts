/**
 * `npm run bench [-- SUITE...]`: runs the suites (every folder beside this file with an index.ts), prints a table each and
 * writes bench/results/SUITE.json. Figures are ratios of things measured side by side in one run; times alone mean little on a shared machine.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** One line of a suite's table: column -> value. */
export type Row = Record<string, string | number>;

const here = dirname(fileURLToPath(import.meta.url));
const suites = readdirSync(here).filter((name) => existsSync(join(here, name, 'index.ts')));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !suites.includes(name));
if (unknown.length) {
  console.error(`no bench suite named '${unknown.join("', '")}': there are ${suites.join(', ')}`);
  process.exit(2);
}
for (const suite of asked.length ? asked : suites) {
  console.log(`\n## ${suite}`);
  const { run } = (await import(pathToFileURL(join(here, suite, 'index.ts')).href)) as { run(): Promise<Row[]> };
  const rows = await run();
  console.table(rows);
  mkdirSync(join(here, 'results'), { recursive: true });
  const machine = { node: process.version, cpus: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) };
  writeFileSync(join(here, 'results', `${suite}.json`), `${JSON.stringify({ suite, machine, rows }, null, 2)}\n`);
}
process.exit(0);
