// Checks import direction and cycles, and proves at every run that the check can fail:
// a cruise that silently read no modules (a parser too old for the TypeScript in use) must not pass.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const rooms = [
  'ports',
  'domain',
  'azure',
  'activities',
  'orchestrations',
  'functions',
  'cli',
  'local',
  'relay',
  'mixer',
];
const run = async (paths, baseDir) => {
  const { output } = await cruise(paths, {
    ...config.options,
    ruleSet: { forbidden: config.forbidden },
    validate: true,
    ...(baseDir && { baseDir }),
  });
  return output.summary;
};

const summary = await run(rooms);
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);

const bad = mkdtempSync(join(process.cwd(), '.imports-proof-'));
try {
  mkdirSync(join(bad, 'domain'));
  mkdirSync(join(bad, 'azure'));
  writeFileSync(join(bad, 'azure/a.ts'), 'export const a: number = 1;\n');
  writeFileSync(
    join(bad, 'domain/b.ts'),
    "import { readFileSync } from 'node:fs';\nimport { a } from '../azure/a.ts';\nexport const b: number = a + readFileSync.length;\n",
  );
  const proof = await run(['domain', 'azure'], bad);
  const found = proof.violations.map((v) => v.rule.name);
  for (const name of ['domain-is-pure', 'domain-does-no-io'])
    if (!found.includes(name)) {
      console.error(`the import check is blind: a planted violation of '${name}' was not found`);
      process.exit(1);
    }
} finally {
  rmSync(bad, { recursive: true, force: true });
}
if (summary.totalCruised < 5) {
  console.error(`the import check is blind: only ${summary.totalCruised} modules read`);
  process.exit(1);
}
console.log(`imports: ${summary.totalCruised} modules, ${summary.violations.length} violations`);
process.exit(summary.violations.length ? 1 : 0);
