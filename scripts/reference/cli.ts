/** The command line, as its table of commands says. */
import { commands } from '../../cli/commands/index.ts';
import { GLOBAL_OPTIONS } from '../../cli/core/globals.ts';
import type { CommandMetadata, OptionSpecs } from '../../cli/core/metadata.ts';
import { cell, heading, type Page, table } from './page.ts';

const options = (specs: OptionSpecs): string =>
  table(
    ['option', 'meaning'],
    Object.entries(specs).map(([name, spec]) => [
      `${spec.short ? `\`-${spec.short}\`, ` : ''}\`--${name}${spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : ''}\``,
      [
        cell(spec.description),
        spec.choices && `one of ${spec.choices.map((one) => `\`${one}\``).join(', ')}`,
        spec.multiple && 'may be repeated',
        spec.env && `or \`${spec.env}\``,
      ]
        .filter(Boolean)
        .join('; '),
    ]),
  );

function section(command: CommandMetadata): string {
  const { name, summary, detail, positionals, examples } = command;
  const words = positionals.map((one) => (one.required ? one.name : `[${one.name}]`));
  return [
    `## ${name}`,
    `${summary}.`.replace(/\.\.$/, '.'),
    ...(detail ? [detail] : []),
    `\`\`\`\nstream-control ${[name, ...words].join(' ')}${Object.keys(command.options).length ? ' [options]' : ''}\n\`\`\``,
    ...(positionals.length
      ? [
          table(
            ['argument', 'meaning'],
            positionals.map((one) => [`\`${one.name}\``, cell(one.description)]),
          ),
        ]
      : []),
    ...(Object.keys(command.options).length ? [options(command.options)] : []),
    ...(examples.length ? [`\`\`\`\n${examples.join('\n')}\n\`\`\``] : []),
  ].join('\n\n');
}

export const cli: Page = {
  file: 'cli.md',
  text: () =>
    `${[
      heading('The command line', '`cli/commands/`'),
      'Exit codes: 0 done, 1 failed, 2 wrong usage or invalid input, 3 no such event, 4 conflict with the state, 5 refused by preflight,\n130 interrupted (a deployment goes on).',
      '## Everywhere',
      options(GLOBAL_OPTIONS),
      ...commands.map(section),
    ].join('\n\n')}\n`.replace('.\n\n\n', '.\n\n'),
};
