// Packs what the image build needs into one file: the built agent, exactly the packages it imports, and the Windows scripts.
// Usage: node mixer/image/pack.mjs [TARGET.tar.gz]; prints its SHA-256, which image.bicep asks for.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const target = resolve(process.argv[2] ?? join(root, 'dist', 'mixer-image', 'agent.tar.gz'));
const built = join(root, 'dist', 'mixer', 'agent');
if (!existsSync(join(built, 'main.js'))) {
  console.error('Cannot pack the agent as it is not built: run npm run build');
  process.exit(1);
}

/** The packages that `names` need, themselves included; what a package brings in a folder of its own is copied with it. */
function closure(names, found = new Set()) {
  for (const name of names.filter((each) => !found.has(each))) {
    const folder = join(root, 'node_modules', name);
    const needs = Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies ?? {});
    found.add(name);
    closure(
      needs.filter((need) => !existsSync(join(folder, 'node_modules', need))),
      found,
    );
  }
  return found;
}

const stage = mkdtempSync(join(tmpdir(), 'mixer-image-'));
try {
  // As in dist: the agent imports the contract beside it.
  for (const folder of ['mixer/agent', 'contract'])
    cpSync(join(root, 'dist', folder), join(stage, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    });
  for (const name of closure(['obs-websocket-js', 'zod']))
    cpSync(join(root, 'node_modules', name), join(stage, 'node_modules', name), { recursive: true });
  writeFileSync(join(stage, 'package.json'), '{"type":"module"}\n');
  for (const script of ['install.ps1', 'first-boot.ps1', 'watch-session.ps1', 'prepare-capture.ps1', 'smoke-test.ps1'])
    cpSync(join(here, script), join(stage, script));
  mkdirSync(dirname(target), { recursive: true });
  execFileSync('tar', ['-czf', target, '-C', stage, '.']);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
console.log(`${createHash('sha256').update(readFileSync(target)).digest('hex')}  ${target}`);
