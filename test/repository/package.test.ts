/** What goes to Azure is the app and nothing else, and is the same from the same sources. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import { appFolder, wrongWith } from '../../scripts/package/app.ts';
import { type Bundle, bundle, ROOT } from '../../scripts/package/bundle.ts';
import { askedWhenUsed } from '../../scripts/package/plugins.ts';
import { ROOMS } from '../../scripts/package/rules.ts';
import { zipped } from '../../scripts/package/zip.ts';

let own: Bundle;
let folder: Map<string, Uint8Array>;
beforeAll(async () => {
  own = await bundle();
  folder = await appFolder();
});

/** The bundle of one file with these lines, which lies in no room. */
async function planted(...lines: string[]): Promise<string[]> {
  // Not in dist: other tests copy that whole.
  const proof = mkdtempSync(join(ROOT, '.package-proof-'));
  try {
    const entry = relative(ROOT, join(proof, 'index.ts'));
    writeFileSync(join(ROOT, entry), lines.join('\n'));
    return wrongWith((await bundle(entry)).metafile).filter((line) => !line.startsWith(entry));
  } finally {
    rmSync(proof, { recursive: true, force: true });
  }
}

test('the bundle holds rooms of the app and its own dependencies, all of them used', () => {
  expect(wrongWith(own.metafile)).toEqual([]);
  const rooms = new Set(Object.keys(own.metafile.inputs).map((path) => path.split('/')[0] ?? ''));
  expect([...rooms]).toEqual(expect.arrayContaining(['activities', 'azure', 'domain', 'functions', 'orchestrations']));
  for (const room of ['local', 'cli', 'relay', 'mixer', 'test', 'bench', 'scripts']) expect(ROOMS).not.toContain(room);
});

test('a simulator, a command line or a tool of development in it would be seen', async () => {
  const app = "import '../functions/index.ts';";
  expect(
    await planted(app, "import '../local/clock.ts';", "console.log(await import('../cli/core/version.ts'));"),
  ).toEqual(['cli/core/version.ts is in no room of the app', 'local/clock.ts is in no room of the app']);
  expect(await planted(app, "import { Cron } from 'croner';", 'console.log(Cron);')).toEqual([
    'croner is imported and no dependency in package.json',
    "node_modules/croner is no dependency of the app's",
  ]);
});

test('a dependency that nothing imports would be seen', async () => {
  expect(await planted("import '../domain/template/parse.ts';")).toContain(
    'durable-functions is a dependency in package.json and nothing imports it',
  );
});

test('one copy each of what keeps registrations in memory; the worker provides the core', () => {
  const inputs = Object.keys(own.metafile.inputs);
  for (const entry of [
    /@azure\/functions\/[^@]*azure-functions\.js$/,
    /durable-functions\/lib\/src\/app\.js$/,
    /^ports\/index\.ts$/,
  ])
    expect(inputs.filter((path) => entry.test(path)).length, String(entry)).toBe(1);
  expect(inputs.filter((path) => path.includes('functions-core'))).toEqual([]);
});

test('what durable-functions uses late is loaded late: nothing of it asks at its load', () => {
  const paths = Object.keys(own.metafile.inputs).filter((path) => path.startsWith('node_modules/durable-functions/'));
  const asked = paths.map((path) => askedWhenUsed(readFileSync(join(ROOT, path), 'utf8')));
  const lines = asked.flatMap((text) => text.split('\n')).filter((line) => /require\("(?:axios|moment)"\)/.test(line));
  // Were they asked for in another way, these lines would be others: look at the package's new version.
  expect(lines.filter((line) => /^\S/.test(line))).toEqual([]);
  expect(lines.some((line) => line.includes('require("axios").default.create('))).toBe(true);
  expect(lines.some((line) => line.includes('require("moment").duration('))).toBe(true);
  for (const text of asked) expect(text).not.toMatch(/\b(?:axios_1|moment)(?=[.(])/);
});

test('durable-functions uses of validator what the bundle has of it, and the app nothing of zod’s languages', () => {
  const sources = Object.keys(own.metafile.inputs).map((path) => [
    path,
    path.includes(':') ? '' : readFileSync(join(ROOT, path), 'utf8'),
  ]);
  const uses = sources.flatMap(([path = '', text = '']) =>
    path.startsWith('node_modules/durable-functions/')
      ? [...text.matchAll(/validator_1\.(\w+)/g)].map((use) => use[1])
      : [],
  );
  expect([...new Set(uses)]).toEqual(['isURL']);
  const others = sources.filter(
    ([path = '', text = '']) =>
      !path.startsWith('node_modules/durable-functions/') && /(require\(|from )["']validator["']/.test(text),
  );
  expect(others.map(([path]) => path)).toEqual([]);
  const languages = sources.filter(
    ([path = '', text = '']) => !path.includes('node_modules/') && /\bz\.locales\b|\blocales\b.*from 'zod/.test(text),
  );
  expect(languages).toEqual([]);
});

test('what speaks to Azure is not loaded before it is needed', () => {
  const { outputs } = own.metafile;
  const first = new Set<string>();
  const follow = (path: string): void => {
    if (first.has(path)) return;
    first.add(path);
    for (const one of outputs[path]?.imports ?? [])
      if (!one.external && one.kind === 'import-statement') follow(one.path);
  };
  follow('dist/index.js');
  const inputs = [...first].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  expect(inputs).toContain('functions/index.ts');
  expect(inputs.filter((path) => /^azure\/sdk\.ts|@azure\/(arm-|identity|keyvault)/.test(path))).toEqual([]);
});

test('the folder: app, templates, licences; a map for each file of code; no path of this machine', () => {
  const paths = [...folder.keys()];
  const odd = paths.filter(
    (path) => !/^(dist\/[\w-]+\.js(\.map)?|templates\/packed\.json|dashboard\/built\/[\w./-]+)$/.test(path),
  );
  expect(odd.sort()).toEqual(['LICENSE', 'THIRD-PARTY.txt', 'host.json', 'package.json']);
  const own = paths.filter((path) => !path.startsWith('dashboard/built/'));
  const code = own.filter((path) => path.endsWith('.js'));
  expect(own.length).toBeLessThan(40);
  // The page: its shell, and each asset as it is and twice compressed.
  expect(paths).toContain('dashboard/built/index.html');
  for (const path of code) expect(paths).toContain(`${path}.map`);
  const text = (path: string) => new TextDecoder().decode(folder.get(path));
  for (const path of paths) expect(text(path).includes(ROOT), path).toBe(false);
  expect(JSON.parse(text('package.json'))).toEqual({
    name: 'stream-control',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    type: 'module',
    main: 'dist/index.js',
  });
  for (const name of ['zod', 'durable-functions', '@azure/arm-network'])
    expect(text('THIRD-PARTY.txt')).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'));
});

test('the same input gives the same bytes, in any order and time zone, and comes out as it went in', async () => {
  const first = zipped(folder);
  const zone = process.env.TZ;
  process.env.TZ = 'Pacific/Auckland';
  const again = zipped(new Map([...(await appFolder())].reverse()));
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  expect(Buffer.compare(first, again)).toBe(0);
  const out = unzipSync(first);
  expect(Object.keys(out)).toEqual([...folder.keys()].sort());
  for (const [path, content] of folder) expect(Buffer.compare(out[path] ?? new Uint8Array(), content)).toBe(0);
});
