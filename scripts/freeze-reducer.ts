/**
 * Freezes the reducer of a release: `node scripts/freeze-reducer.ts` puts it, with everything of ours that it imports, into
 * domain/lifecycle/versions/N. What is changed afterwards cannot change it. With `--index` it only names the folders that there are.
 * How they are used: docs/reducer-versions.md.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sha256 } from '../domain/hash.ts';

const ROOT = join(import.meta.dirname, '..');
const VERSIONS = 'domain/lifecycle/versions';
const HISTORIES = 'test/fixtures/lifecycle';

const HEAD = `// @ts-nocheck: a bundle, typed at its end.
// Frozen by scripts/freeze-reducer.ts. Live events replay their histories on it: it is never edited.
import type { Reducer } from '../../../seam/reducer.ts';`;
const FOOT = 'export const frozen: Reducer = reducer;\n';

/** What is left beside a frozen reducer, by which an edit of it is seen. */
interface Seal {
  sha256: string;
}

/** The version that new events get in a tree. */
function presentVersion(root: string): number {
  const found = /REDUCER_VERSION = (\d+);/.exec(readFileSync(join(root, 'domain/lifecycle/version.ts'), 'utf8'));
  if (!found) throw new Error('Cannot freeze as domain/lifecycle/version.ts names no REDUCER_VERSION');
  return Number(found[1]);
}

/** Versions that are frozen in a tree, lowest first. */
const frozenVersions = (root: string): number[] =>
  readdirSync(join(root, VERSIONS), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [Number(entry.name)] : []))
    .sort((a, b) => a - b);

const hasHistories = (root: string, version: number): boolean =>
  readdirSync(join(root, HISTORIES)).some((name) => name.startsWith(`v${version}-`));

/**
 * The reducer of a tree as one file. Packages stay outside: their versions are pinned, and recorded histories show whether another
 * one changes anything.
 */
async function bundled(root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: "export { reducer } from './domain/lifecycle/reducer.ts';",
      resolveDir: root,
    },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22.13',
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  });
  const exported = /export \{\s*reducer\s*\};\s*$/;
  const text = outputFiles[0]?.text ?? '';
  if (!exported.test(text)) throw new Error('Cannot freeze as the bundle does not end in the reducer');
  return `${HEAD}\n${text.replace(exported, FOOT)}`;
}

const index = (
  versions: readonly number[],
): string => `/** Released versions of the reducer, as they were. Written by scripts/freeze-reducer.ts. */
import type { Reducer } from '../../seam/reducer.ts';
${versions.map((n) => `import { frozen as v${n} } from './${n}/reducer.ts';\n`).join('')}
export const FROZEN: Readonly<Record<number, Reducer>> = {${versions.map((n) => ` ${n}: v${n}`).join(',')}${versions.length > 0 ? ' ' : ''}};
`;

/**
 * Freezes the present reducer of a tree.
 * @returns its version
 * @throws Error when it is frozen already, or no history of it was recorded
 */
export async function freeze(root: string): Promise<number> {
  const version = presentVersion(root);
  const folder = join(root, VERSIONS, String(version));
  if (existsSync(folder)) throw new Error(`Cannot freeze reducer ${version} as it is frozen: ${VERSIONS}/${version}`);
  if (!hasHistories(root, version))
    throw new Error(`Cannot freeze reducer ${version} as ${HISTORIES} has no history of it: record some first`);
  const text = await bundled(root);
  const seal: Seal = { sha256: sha256(text) };
  mkdirSync(folder);
  writeFileSync(join(folder, 'reducer.ts'), text);
  writeFileSync(join(folder, 'seal.json'), `${JSON.stringify(seal)}\n`);
  writeIndex(root);
  return version;
}

/** Names the folders that there are. */
const writeIndex = (root: string): void => writeFileSync(join(root, VERSIONS, 'index.ts'), index(frozenVersions(root)));

/** What is not as it should be with the frozen versions of a tree, each with what to do. */
export async function frozenProblems(root: string): Promise<string[]> {
  const versions = frozenVersions(root);
  const problems: string[] = [];
  if (readFileSync(join(root, VERSIONS, 'index.ts'), 'utf8') !== index(versions))
    problems.push(`${VERSIONS}/index.ts does not name the folders beside it`);
  for (const version of versions) {
    const folder = join(root, VERSIONS, String(version));
    const text = readFileSync(join(folder, 'reducer.ts'), 'utf8');
    const seal = JSON.parse(readFileSync(join(folder, 'seal.json'), 'utf8')) as Seal;
    if (sha256(text) !== seal.sha256) problems.push(`reducer ${version} was edited after it was frozen: put it back`);
    if (!hasHistories(root, version)) problems.push(`${HISTORIES} has no history of reducer ${version}: put them back`);
    if (version === presentVersion(root) && text !== (await bundled(root)))
      problems.push(
        `reducer ${version} is released, and the sources say something else now: raise REDUCER_VERSION in domain/lifecycle/version.ts, and record histories of it`,
      );
  }
  return problems;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  if (argv[2] === '--index') writeIndex(ROOT);
  else {
    const version = await freeze(ROOT);
    console.log(`reducer ${version} is frozen in ${VERSIONS}/${version}; commit it with the release`);
  }
}
