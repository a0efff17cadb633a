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
  for (const [main, words] of [
    ['relay/main.js', /^Cannot start: EVENT_TITLE is missing/],
    ['mixer/light/main.js', /^Cannot start: DEPLOYMENT_ID is missing/],
    ['server/main.js', /^Cannot start: ROLE must be access, ingest, playback or hls/],
  ] as const) {
    const run = spawnSync(process.execPath, [main], { cwd: out, encoding: 'utf8', env: {} });
    expect(run.stderr).toMatch(words);
    expect(run.status).toBe(1);
  }
});

test('the image begins the program that its role names', () => {
  const [, line = ''] = /^ENTRYPOINT (.*)$/m.exec(readFileSync('relay/Dockerfile', 'utf8')) ?? [];
  const script = (JSON.parse(line) as string[]).at(-1)?.replace('exec node', 'echo') ?? '';
  for (const [ROLE, main] of [
    ['light', 'mixer/light/main.js'],
    ...(['access', 'ingest', 'playback', 'hls'] as const).map((role) => [role, 'server/main.js'] as const),
    ['slides', 'relay/main.js'],
    ['', 'relay/main.js'],
  ] as const)
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { ROLE } }).trim().split(' ').at(-1)).toBe(main);
});
