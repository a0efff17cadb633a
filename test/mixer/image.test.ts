/** What the image build is given: it must hold all that the agent needs, and nothing must have to be downloaded later. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'image-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!existsSync('dist/mixer/agent/main.js'))('the packed agent runs from its folder alone', () => {
  const file = join(folder, 'agent.tar.gz');
  const printed = execFileSync(process.execPath, ['mixer/image/pack.mjs', file], { encoding: 'utf8' });
  expect(printed).toMatch(/^[0-9a-f]{64} {2}\S+\n$/);
  execFileSync('tar', ['-xf', file, '-C', folder]);
  // Every module is loaded before the settings are looked at: a package left out would be named instead of the file.
  const run = spawnSync(process.execPath, ['mixer/agent/main.js', 'nowhere.json'], { cwd: folder, encoding: 'utf8' });
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(/^[^\n]*nowhere\.json: ENOENT\n$/);
});

test('the template runs scripts that are in the package, with parameters that they have', () => {
  const bicep = readFileSync('mixer/image/image.bicep', 'utf8');
  const pack = readFileSync('mixer/image/pack.mjs', 'utf8');
  for (const [, script] of bicep.matchAll(/C:\\\\build\\\\(\S+\.ps1)/g)) expect(pack).toContain(`'${script}'`);
  const install = readFileSync('mixer/image/install.ps1', 'utf8');
  const call = /install\.ps1 (.*)'/.exec(bicep)?.[1] ?? '';
  const given = [...call.matchAll(/-(\w+) /g)].map(([, name]) => name);
  expect(given).toEqual([...install.matchAll(/Mandatory\)\] \[string\] \$(\w+)/g)].map(([, name]) => name));
});
