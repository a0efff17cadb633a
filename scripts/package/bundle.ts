/** The app in few files, with source maps: what a Functions worker loads in a fifth of the time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { builtinsWhenUsed, durableWhenUsed, leftOut, telemetryAsModules } from './plugins.ts';
import { ROOMS } from './rules.ts';
import { unusedGroups } from './unused-groups.ts';

export const ROOT = join(import.meta.dirname, '../..');

export interface Bundle {
  /** Path in the app folder -> content. */
  files: Map<string, Uint8Array>;
  metafile: Metafile;
}

/** Packages in the CommonJS format ask for Node's own modules by `require`, which a file in the ES format does not have. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

function wordsOfTheApp(): Set<string> {
  const words = new Set<string>();
  for (const room of ROOMS.filter((name) => existsSync(join(ROOT, name))))
    for (const file of readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.ts'))
        for (const [word] of readFileSync(join(ROOT, room, file), 'utf8').matchAll(/[A-Za-z0-9_$]+/g)) words.add(word);
  return words;
}

/**
 * Nothing is written, and nothing in the result depends on where it will lie.
 * @param entry path from the repository's root
 */
export async function bundle(entry = 'functions/index.ts'): Promise<Bundle> {
  const outdir = join(ROOT, 'dist');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { index: entry },
    outdir,
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.13',
    // The worker answers this name itself, by `require`; a copy of it would know no host.
    external: ['@azure/functions-core'],
    plugins: [unusedGroups(ROOT, wordsOfTheApp()), builtinsWhenUsed, durableWhenUsed, leftOut, telemetryAsModules],
    banner: { js: REQUIRE },
    // Names stay: errors, traces and the SDKs show them.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const files = outputFiles.map(({ path, contents }) => [`dist/${relative(outdir, path)}`, contents] as const);
  return { files: new Map(files), metafile };
}
