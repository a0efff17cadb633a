import { parseArgs } from 'node:util';
import type { OptionValues, RawParsed, RawValue } from './command.ts';
import { CliError, EXIT, type FieldError, usageError } from './errors.ts';
import { GLOBAL_OPTIONS } from './globals.ts';
import type { CommandMetadata, OptionSpec, OptionSpecs } from './metadata.ts';
import { nearest } from './nearest.ts';

export interface Invocation extends RawParsed {
  readonly globals: OptionValues<typeof GLOBAL_OPTIONS>;
}

/** The same words with the options that every command takes behind the command they stand before: `-o json list` is `list -o json`. */
export function globalsLast(argv: readonly string[]): string[] {
  const rest = [...argv];
  const moved: string[] = [];
  for (;;) {
    const [word = '', given] = (rest[0] ?? '').split('=', 2);
    const found = Object.entries(GLOBAL_OPTIONS as OptionSpecs).find(
      ([name, { short }]) => word === `--${name}` || word === `-${short}`,
    );
    // Help before everything asks for the overview.
    if (!found || found[0] === 'help') break;
    moved.push(...rest.splice(0, given === undefined && found[1].type === 'string' ? 2 : 1));
  }
  const end = rest.indexOf('--');
  return end < 0 ? [...rest, ...moved] : [...rest.slice(0, end), ...moved, ...rest.slice(end)];
}

/** The command named by the first one or two words, and the arguments left; undefined when there is none. */
export function findCommand<C extends CommandMetadata>(
  commands: readonly C[],
  argv: readonly string[],
): { command: C; rest: string[] } | undefined {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command) return { command, rest: argv.slice(words) };
  }
  return undefined;
}

/** Words after a command that is a group as well (`instances terminat ID`): meant as one of the group, and misspelt. */
export function misspelt(
  commands: readonly CommandMetadata[],
  { command, rest }: { command: CommandMetadata; rest: readonly string[] },
): boolean {
  const [word = '', next] = rest;
  const verbs = verbsOf(commands, command.name);
  const taken = command.positionals.length;
  return next !== undefined && !next.startsWith('-') && taken < 2 && nearest(word, verbs) !== undefined;
}

const verbsOf = (commands: readonly CommandMetadata[], group: string): string[] =>
  commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.slice(group.length + 1));

/** What to say to words that name no command: the nearest one, or those of the group. */
export function unknownCommand(commands: readonly CommandMetadata[], argv: readonly string[]): CliError {
  const [first = '', second] = argv;
  const hint = "'stream-control help' lists the commands";
  const verbs = verbsOf(commands, first);
  if (verbs.length > 0) {
    const meant = second === undefined || second.startsWith('-') ? undefined : second;
    const near = meant === undefined ? undefined : nearest(meant, verbs);
    if (near !== undefined)
      return usageError(`Unknown command '${first} ${meant}': did you mean '${first} ${near}'?`, hint);
    return usageError(
      `'${first}' needs one of: ${verbs.join(', ')}`,
      `'stream-control help ${first}' tells what they do`,
    );
  }
  const near = nearest(first.toLowerCase(), [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]);
  return usageError(`Unknown command '${first}'${near ? `: did you mean '${near}'?` : ''}`, hint);
}

const value = (spec: OptionSpec, given: unknown, env: Readonly<Record<string, string | undefined>>): RawValue => {
  const fallback = spec.env ? env[spec.env] : undefined;
  if (spec.type === 'boolean') return given === true;
  if (spec.multiple) return Array.isArray(given) ? given.map(String) : [];
  return typeof given === 'string' ? given : fallback === '' ? undefined : fallback;
};

const problem = (spec: OptionSpec, text: string): string | undefined =>
  spec.choices && !spec.choices.includes(text)
    ? `must be one of ${spec.choices.join(', ')}: got '${text}'`
    : spec.check?.(text);

/**
 * Reads arguments by a command's own tables; every invalid one is listed, not only the first.
 * @throws CliError with exit code 2
 */
export function parseCommand(
  command: CommandMetadata,
  rest: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Invocation {
  const specs: OptionSpecs = { ...GLOBAL_OPTIONS, ...command.options };
  const help = `stream-control ${command.name} --help`;
  let raw: { values: Record<string, unknown>; positionals: string[] };
  try {
    raw = parseArgs({
      args: [...rest],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [
          name,
          { type: spec.type, ...(spec.short && { short: spec.short }), ...(spec.multiple && { multiple: true }) },
        ]),
      ),
    });
  } catch (error) {
    const text = (error as Error).message;
    const unknown = /Unknown option '(-[^']*)'/.exec(text)?.[1];
    if (!unknown) throw usageError(text.split('. ')[0] ?? text, `${help} lists what it takes`);
    const near = nearest(unknown.replace(/^-+/, ''), Object.keys(specs));
    throw usageError(`Unknown option '${unknown}'${near ? `: did you mean '--${near}'?` : ''}`, `${help} lists them`);
  }

  const options: RawParsed['options'] = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, value(spec, raw.values[name], env)]),
  );
  const fields: FieldError[] = [];
  for (const [name, spec] of Object.entries(specs))
    for (const text of [options[name]].flat())
      if (typeof text === 'string') {
        const message = text.trim() === '' ? 'is empty' : problem(spec, text);
        if (message) fields.push({ path: `--${name}`, message });
      }
  if (options.help !== true) {
    command.positionals.forEach((positional, index) => {
      const text = raw.positionals[index];
      if (text === undefined && positional.required) fields.push({ path: positional.name, message: 'is missing' });
      if (text?.trim() === '') fields.push({ path: positional.name, message: 'is empty' });
      if (text?.trim() && positional.choices && !positional.choices.includes(text))
        fields.push({
          path: positional.name,
          message: `must be one of ${positional.choices.join(', ')}: got '${text}'`,
        });
    });
    for (const extra of raw.positionals.slice(command.positionals.length))
      fields.push({ path: extra, message: 'is one argument too many' });
  }
  if (fields.length > 0)
    throw new CliError(EXIT.usage, `Wrong usage of 'stream-control ${command.name}'`, {
      fields,
      hint: `${help} shows its arguments`,
    });
  return {
    options,
    positionals: raw.positionals,
    globals: options as unknown as Invocation['globals'],
  };
}
