/** The relay's image is built of what .dockerignore lets through, and runs with what its Dockerfile copies: nothing may be missing there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'relay-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the program in the image is whole', () => {
  const source = join(folder, 'src');
  const out = join(folder, 'out');
  mkdirSync(source);
  for (const [, name = ''] of readFileSync('.dockerignore', 'utf8').matchAll(/^!([\w-]+(?:\.json)?)$/gm))
    cpSync(name, join(source, name), { recursive: true });
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) cpSync(name, join(source, name));
  symlinkSync(join(process.cwd(), 'node_modules'), join(source, 'node_modules'));
  const build = /^RUN npx (tsc \S+ \S+) && .*?cp -r (\S+(?: dist\/\S+)*) \/out\/ && cp -r (node_modules\/\S+) /m.exec(
    readFileSync('relay/Dockerfile', 'utf8'),
  );
  const [, command = '', copied = '', module = ''] = build ?? [];
  const [program = '', ...options] = command.split(' ');
  execFileSync(join(source, 'node_modules', '.bin', program), options, { cwd: source });
  for (const each of copied.split(' '))
    cpSync(join(source, each), join(out, each.replace(/^dist\//, '')), { recursive: true });
  cpSync(module, join(out, module), { recursive: true });
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  // Every module is loaded before the settings are looked at: one left out would be named instead of them.
  const run = spawnSync(process.execPath, ['relay/main.js'], { cwd: out, encoding: 'utf8', env: {} });
  expect(run.stderr).toMatch(/^Cannot start: EVENT_TITLE is missing/);
  expect(run.status).toBe(1);
});
