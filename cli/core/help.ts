import { GLOBAL_OPTIONS } from './globals.ts';
import type { CommandMetadata, OptionSpecs } from './metadata.ts';

const columns = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
};

const optionRows = (specs: OptionSpecs): [string, string][] =>
  Object.entries(specs).map(([name, spec]) => [
    `${spec.short ? `-${spec.short}, ` : '    '}--${name}${spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : ''}`,
    [
      spec.description,
      spec.choices && `[${spec.choices.join('|')}]`,
      spec.multiple && '(repeatable)',
      spec.env && `(or ${spec.env})`,
    ]
      .filter(Boolean)
      .join(' '),
  ]);

const usage = (command: CommandMetadata): string =>
  [
    'stream-control',
    command.name,
    ...command.positionals.map(({ name, required }) => (required ? name : `[${name}]`)),
    Object.keys(command.options).length > 0 ? '[options]' : '',
  ]
    .filter(Boolean)
    .join(' ');

export function commandHelp(command: CommandMetadata): string {
  const own = optionRows(command.options);
  return [
    command.summary,
    ...(command.detail ? ['', command.detail] : []),
    '',
    'Usage',
    `  ${usage(command)}`,
    ...(command.positionals.length > 0
      ? ['', 'Arguments', ...columns(command.positionals.map(({ name, description }) => [name, description]))]
      : []),
    ...(own.length > 0 ? ['', 'Options', ...columns(own)] : []),
    '',
    'Everywhere',
    ...columns(optionRows(GLOBAL_OPTIONS)),
    ...(command.examples.length > 0 ? ['', 'Examples', ...command.examples.map((line) => `  ${line}`)] : []),
    '',
  ].join('\n');
}

export const overview = (commands: readonly CommandMetadata[], version: string): string =>
  [
    `stream-control ${version}: live multilingual event infrastructure on Azure, from one command until nothing is left`,
    '',
    'Usage',
    '  stream-control COMMAND [arguments]',
    '',
    'Commands',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Everywhere',
    ...columns([...optionRows(GLOBAL_OPTIONS), ['    --version', 'show the version']]),
    '',
    'Exit codes',
    '  0 done, 1 failed, 2 wrong usage or invalid input, 3 no such event, 4 conflict, 5 refused by preflight,',
    '  130 interrupted (a deployment goes on)',
    '',
  ].join('\n');

/** The commands whose first word this is, with what they do; undefined when there are none. */
export function groupHelp(commands: readonly CommandMetadata[], group: string): string | undefined {
  const inside = commands.filter(({ name }) => name === group || name.startsWith(`${group} `));
  if (!inside.some(({ name }) => name !== group)) return undefined;
  return [
    'Commands',
    ...columns(inside.map(({ name, summary }) => [name, summary])),
    '',
    `'stream-control ${inside.find(({ name }) => name !== group)?.name} --help' shows what one takes`,
    '',
  ].join('\n');
}

/** Help of the command that words name, with those of its group; undefined when they name none. */
export function helpFor(commands: readonly CommandMetadata[], words: readonly string[]): string | undefined {
  const name = words.join(' ');
  const command = commands.find((each) => each.name === name);
  const group = groupHelp(commands, name);
  if (!command) return group;
  return group ? `${commandHelp(command)}\n${group}` : commandHelp(command);
}
