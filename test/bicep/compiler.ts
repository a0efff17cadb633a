/** The real compiler for tests. Without .NET it cannot be restored: skipped there, and never in CI. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiler, hasDotnet } from '../../scripts/bicep.ts';
import { APP_DIR } from '../system/world.ts';

export const BICEP_DIR = join(APP_DIR, 'bicep');

export const reason = hasDotnet() || process.env.CI ? undefined : 'the .NET SDK (`dotnet`) is not on the PATH';

export interface Ran {
  status: number | null;
  out: string;
  /** Every warning and error; empty when all is well. */
  complaints: string;
}

export function bicep(...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(compiler(), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status, out: stdout, complaints: stderr };
}

/** Compiles text under the repository's rules. */
export function compiled(text: string): Ran {
  const folder = mkdtempSync(join(BICEP_DIR, '.try-'));
  try {
    const file = join(folder, 'main.bicep');
    writeFileSync(file, text);
    return bicep('build', file, '--stdout');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the compiler has to say of resources, by Azure's types alone and no rule of the linter's; empty when they are as Azure has them. */
export function typed(targetScope: string, resources: string[]): string {
  const folder = scratch();
  try {
    writeFileSync(join(folder, 'bicepconfig.json'), JSON.stringify({ analyzers: { core: { enabled: false } } }));
    const file = join(folder, 'main.bicep');
    writeFileSync(file, [`targetScope = '${targetScope}'`, ...resources, ''].join('\n'));
    return bicep('build', file, '--stdout').complaints;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files of a kind below bicep/. */
export const filesOf = (extension: string): string[] =>
  readdirSync(BICEP_DIR, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.startsWith('.'))
    .sort();

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'stream-control-bicep-'));

export interface Template {
  parameters?: Record<string, { type?: string; metadata?: { description?: string } }>;
  outputs?: Record<string, { type?: string; value?: unknown }>;
  functions?: { members: Record<string, { output: { value: unknown } }> }[];
  resources: Record<string, Resource> | Resource[];
}
export interface Resource {
  type: string;
  apiVersion: string;
  name: string;
  properties?: Record<string, unknown> & { template?: Template };
}

/** The resources of a template and of the templates inside it. */
export function resourcesIn({ resources }: Template): Resource[] {
  return Object.values(resources).flatMap((one) => [
    one,
    ...(one.properties?.template ? resourcesIn(one.properties.template) : []),
  ]);
}

/** Every output, of the template and of those inside it. */
export function outputsIn({ outputs = {}, resources }: Template): [name: string, value: unknown][] {
  return [
    ...Object.entries(outputs).map(([name, { value }]): [string, unknown] => [name, value]),
    ...Object.values(resources).flatMap((one) => (one.properties?.template ? outputsIn(one.properties.template) : [])),
  ];
}
