/** The .NET program around the real extension: built once for each state of its sources. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, 'host');
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/extension-host');

/** Why it cannot be built here; undefined where it can. In CI nothing may be missing. */
export function missing(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const found = spawnSync('dotnet', ['--version'], { encoding: 'utf8', env: environment });
  if (found.status === 0 && Number(found.stdout.split('.')[0]) >= 10) return undefined;
  return 'the .NET SDK 10 (`dotnet`) is not on the PATH';
}

/** @returns the path of the program's dll. @throws with the compiler's own words */
export function buildExtensionHost(): string {
  const names = readdirSync(SOURCES).filter((name) => /\.(cs|csproj)$/.test(name));
  const hash = createHash('sha256');
  for (const name of names.sort()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  const output = join(CACHE, hash.digest('hex').slice(0, 16));
  const program = join(output, 'extension-host.dll');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const building = `${output}.${process.pid}`;
  try {
    execFileSync(
      'dotnet',
      [
        ...['build', '-v', 'quiet', '-nologo', '-c', 'Release', '-o', join(building, 'out')],
        // Its own folders stay out of the tree.
        ...[`-p:BaseIntermediateOutputPath=${join(building, 'obj')}/`, join(SOURCES, 'extension-host.csproj')],
      ],
      {
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
      },
    );
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`Cannot build the extension host: ${`${stdout}${stderr}`.trim() || message}`);
  }
  // Two at once: the first to be ready counts.
  if (!existsSync(output)) renameSync(join(building, 'out'), output);
  rmSync(building, { recursive: true, force: true });
  return program;
}
