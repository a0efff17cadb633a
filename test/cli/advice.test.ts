/** Every command and option that some text advises is one that there is, where it is advised. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { GLOBAL_OPTIONS } from '../../cli/core/globals.ts';
import { closest, literals, mentions } from './advice.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROOMS = ['cli', 'functions', 'activities', 'domain', 'azure', 'orchestrations', 'local/serve', 'local/host'];
/** Options of other programs that a text names with their program. */
const FOREIGN = /\b(az|npm|npx|node|docker|func|git|gh) [\w@./ <>=-]*--[\w-]+/g;
const GLOBAL = new Set([...Object.keys(GLOBAL_OPTIONS), 'version']);

const files = ROOMS.flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: ROOT })).sort();
const textOf = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

/** The files that a file of the CLI loads, itself among them. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !textOf.has(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of (textOf.get(file) ?? '').matchAll(/from '(\.[^']+)'/g))
    reached(relative(ROOT, resolve(ROOT, dirname(file), path)), seen);
  return seen;
}

/** By command, the file that defines it. */
const homes = new Map(
  commands.map((command) => {
    const own = files.filter((file) => file.startsWith('cli/commands/') && !file.endsWith('/index.ts'));
    const [first = '', second] = command.name.split(' ');
    const home =
      own.find((file) => textOf.get(file)?.includes(`name: '${command.name}'`)) ??
      own.find((file) => new RegExp(`\\(\\s*'${command.name}'`).test(textOf.get(file) ?? '')) ??
      own.find((file) => second !== undefined && file.endsWith(`/${first}s.ts`)) ??
      own.find((file) => file.endsWith(`/${first}.ts`));
    return [command.name, home] as const;
  }),
);

test('each command has a file that says its name', () => {
  expect([...homes].filter(([, home]) => home === undefined)).toEqual([]);
});

const advised = files.flatMap((file) =>
  literals(textOf.get(file) ?? '').flatMap((text) =>
    mentions(text).map((one) => [`${file}: ${one.text}`, one] as const),
  ),
);
test('there is advice', () => {
  expect(advised.length).toBeGreaterThan(60);
});
test.each(advised)('%s', (_, { words, options }) => {
  const command = closest(commands, words);
  if (words[0] !== undefined) expect(command?.name, `no command '${words.join(' ')}'`).toBeDefined();
  const known = [...GLOBAL, ...Object.keys(command?.options ?? {})];
  for (const option of options) expect(known).toContain(option);
});

/** Options named without a command: whoever reads the text has called one of the commands that reach the file. */
const bare = files
  .filter((file) => file.startsWith('cli/'))
  .flatMap((file) => {
    const texts = literals(textOf.get(file) ?? '').map((text) => text.replace(FOREIGN, ''));
    const names = texts.flatMap((text) =>
      mentions(text).length > 0 ? [] : [...text.matchAll(/(?<![\w-])--([a-z][\w-]*)/g)].map(([, name = '']) => name),
    );
    return [...new Set(names)].filter((name) => !GLOBAL.has(name)).map((name) => [file, name] as const);
  });
test.each(bare)('%s: --%s', (file, name) => {
  const own = commands.filter((command) => homes.get(command.name) === file);
  const users = commands.filter((one) => reached(homes.get(one.name) ?? '').has(file));
  const among = own.length > 0 ? own : users;
  expect(among.length).toBeGreaterThan(0);
  // A file of commands may speak of the option of one of them; what all commands share speaks to whoever comes.
  if (file.startsWith('cli/commands/')) expect(among.some(({ options }) => name in options)).toBe(true);
  else for (const { name: command, options } of among) expect(Object.keys(options), command).toContain(name);
});
