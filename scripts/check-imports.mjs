// Checks import direction and cycles, and proves at every run that the check can fail:
// a cruise that silently read no modules (a parser too old for the TypeScript in use) must not pass.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const rooms = [
  'contract',
  'ports',
  'domain',
  'azure',
  'entities',
  'durable',
  'inspect',
  'activities',
  'orchestrations',
  'functions',
  'cli',
  'dashboard/src',
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

const PLANTED = {
  'azure/a.ts': 'export const a: number = 1;\n',
  'domain/b.ts':
    "import { readFileSync } from 'node:fs';\nimport { a } from '../azure/a.ts';\nexport const b: number = a + readFileSync.length;\n",
  'contract/c.ts':
    "import { parse } from 'yaml';\nimport { a } from '../azure/a.ts';\nexport const c: number = a + parse.length;\n",
  'local/azure/d.ts':
    "import { c } from '../../contract/c.ts';\nimport { e } from '../fleet/e.ts';\nexport const d: number = c + e;\n",
  'local/fleet/e.ts': "import { f } from '../host/f.ts';\nexport const e: number = f;\n",
  'local/host/f.ts':
    "import { d } from '../azure/d.ts';\nimport { c } from '../../contract/c.ts';\nexport const f: number = c + d;\n",
  'inspect/h.ts': "import { i } from '../activities/i.ts';\nexport const h: number = i;\n",
  'activities/i.ts': 'export const i: number = 1;\n',
  'functions/j.ts': "import { i } from '../activities/i.ts';\nexport const j: number = i;\n",
  'local/clock.ts': "import { f } from './host/f.ts';\nexport const g: number = f;\n",
};
const PROVEN = [
  'domain-is-pure',
  'domain-does-no-io',
  'contract-is-a-leaf',
  'contract-imports-zod-only',
  'inspect',
  'functions',
  'local-leaves-import-nothing',
  'host-stands-alone',
  'simulator-knows-no-product',
  'fleet',
  'who-plays-programs-knows-the-contract',
];
const bad = mkdtempSync(join(process.cwd(), '.imports-proof-'));
try {
  for (const [file, text] of Object.entries(PLANTED)) {
    mkdirSync(dirname(join(bad, file)), { recursive: true });
    writeFileSync(join(bad, file), text);
  }
  const proof = await run([...new Set(Object.keys(PLANTED).map((file) => file.split('/')[0]))], bad);
  const found = proof.violations.map((v) => v.rule.name);
  for (const name of PROVEN)
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
