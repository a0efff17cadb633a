// The real Bicep compiler, of the version that bicep/compiler.csproj names: restored by NuGet's own client, then started with the
// arguments given. `npm run -s bicep -- build bicep/main.bicep --stdout`.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const work = join(root, 'node_modules', '.cache', 'bicep');
const project = join(root, 'bicep', 'compiler.csproj');

/** Whether the program that restores packages is here. */
export const hasDotnet = (): boolean => spawnSync('dotnet', ['--version'], { stdio: 'ignore' }).status === 0;

/** @returns path of the compiler, restored when it is not there yet. @throws Error when it cannot be restored */
export function compiler(): string {
  const [, name = '', version = ''] =
    /<PackageDownload Include="([^"]+)" Version="\[([^\]]+)\]" \/>/.exec(readFileSync(project, 'utf8')) ?? [];
  const at = (folder: string) => join(folder, name.toLowerCase(), version, 'tools', 'bicep');
  const folders = [process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages')];
  if (!folders.some((folder) => existsSync(at(folder)))) {
    const options = [`-p:BaseIntermediateOutputPath=${work}/`, '--verbosity', 'quiet'];
    execFileSync('dotnet', ['restore', project, ...options], { stdio: ['ignore', 2, 2] });
    const { packageFolders } = JSON.parse(readFileSync(join(work, 'project.assets.json'), 'utf8')) as {
      packageFolders: Record<string, unknown>;
    };
    folders.push(...Object.keys(packageFolders));
  }
  const found = folders.map(at).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Cannot find tools/bicep of ${name} ${version} after its restore`);
  return found;
}

if (import.meta.main) {
  const { status } = spawnSync(compiler(), process.argv.slice(2), { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
