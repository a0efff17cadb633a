// Runs the tests of mixer/image's scripts by PowerShell and Pester, both from NuGet: npm run pester restores what is missing into
// node_modules/.cache/pester (it needs the .NET SDK); with --restored it downloads nothing, and says with exit code 3 what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const POWERSHELL = '7.6.9';
const PESTER = '5.7.1';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules', '.cache', 'pester');
const pwsh = join(cache, `powershell-${POWERSHELL}`, 'pwsh');
const module = join(cache, 'pester', PESTER, 'tools', 'Pester.psd1');
// Neither .NET nor PowerShell writes into the home of whoever runs this, or tells anybody.
const quiet = {
  ...env,
  HOME: cache,
  DOTNET_CLI_HOME: cache,
  DOTNET_NOLOGO: '1',
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  POWERSHELL_UPDATECHECK: 'Off',
};

const run = (command, given) => spawnSync(command, given, { stdio: 'inherit', env: quiet, cwd: root });

function restore(file, what, given) {
  if (existsSync(file)) return;
  if (argv.includes('--restored')) {
    console.error(`${what} is not restored: run npm run pester, which needs the .NET SDK`);
    exit(3);
  }
  mkdirSync(cache, { recursive: true });
  const { status, error } = run('dotnet', given);
  if (status === 0 && existsSync(file)) return;
  console.error(`Cannot restore ${what}: ${error?.message ?? `dotnet ended with ${status}`}`);
  exit(3);
}

restore(pwsh, `PowerShell ${POWERSHELL}`, [
  ...['tool', 'install', 'PowerShell', '--version', POWERSHELL, '--tool-path', dirname(pwsh)],
]);
restore(module, `Pester ${PESTER}`, ['package', 'download', `Pester@${PESTER}`, '--output', cache]);

const quote = (text) => `'${text.replaceAll("'", "''")}'`;
const script = [
  `Import-Module ${quote(module)}`,
  '$c = New-PesterConfiguration',
  `$c.Run.Path = ${quote(join(root, 'test', 'mixer', 'image'))}`,
  '$c.Run.Exit = $true',
  "$c.Output.RenderMode = 'Plaintext'",
  'Invoke-Pester -Configuration $c',
].join('; ');
const { status, error } = run(pwsh, ['-NoProfile', '-NonInteractive', '-Command', script]);
if (error) console.error(`Cannot run PowerShell: ${error.message}`);
exit(status ?? 1);
