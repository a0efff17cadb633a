// Builds the operator's page into dashboard/built when something of it has changed: bundled and hashed by Vite, then each file
// once more as gzip and as brotli, and the packages that are inside, for their licences (scripts/package/notices.ts).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = join(root, 'dashboard/built');
const STAMP = join(built, 'stamp');
const TEXT = /\.(?:html|js|css|svg|webmanifest|txt)$/;

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Of everything that the result depends on. */
function stamp() {
  const hash = createHash('sha256');
  const sources = [
    ...filesIn(join(root, 'dashboard')).filter((file) => !file.includes('/built')),
    ...filesIn(join(root, 'contract')),
    ...['package-lock.json', 'scripts/dashboard.mjs'].map((file) => join(root, file)),
  ];
  for (const file of sources) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

/** @returns whether it had to. Several builds may run at once: each writes a folder of its own, and the last one to be done wins. */
export async function buildDashboard() {
  const wanted = stamp();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return false;
  const { build } = await import('vite');
  const made = `${built}-${process.pid}`;
  try {
    const packages = new Set();
    await build({
      root: join(root, 'dashboard'),
      configFile: join(root, 'dashboard/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: made },
      plugins: [
        {
          name: 'packages-inside',
          generateBundle(_options, bundle) {
            for (const chunk of Object.values(bundle))
              for (const id of Object.keys(chunk.modules ?? {})) {
                const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id) ?? [];
                if (name) packages.add(name);
              }
          },
        },
      ],
    });
    writeFileSync(join(made, 'packages.json'), JSON.stringify([...packages].sort()));
    for (const file of filesIn(made)) {
      if (!TEXT.test(file)) continue;
      const content = readFileSync(file);
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
      writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
    }
    writeFileSync(join(made, 'stamp'), wanted);
    rmSync(built, { recursive: true, force: true });
    renameSync(made, built);
    return true;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
