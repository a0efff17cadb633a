// Builds what is stale: TypeScript -> dist (incremental), the operator's page, then the data files the app reads at run time.
// What goes to Azure is made by scripts/package; this is what runs here.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './dashboard.mjs';
import { data } from './data.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
mkdirSync(join(root, 'dist'), { recursive: true });
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit', cwd: root });
} catch {
  process.exit(1);
}
// Names with hashes: what an earlier build left would stay for ever.
if (await buildDashboard()) rmSync(join(root, 'dist/dashboard'), { recursive: true, force: true });
for (const folder of data()) {
  cpSync(join(root, folder), join(root, 'dist', folder), { recursive: true, filter: (path) => !path.endsWith('.ts') });
}
if (existsSync(join(root, 'dist/cli/main.js'))) chmodSync(join(root, 'dist/cli/main.js'), 0o755);
