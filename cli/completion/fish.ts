import type { CommandMetadata } from '../core/metadata.ts';
import { completionModel } from './model.ts';

const quoted = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

/** Completion for fish, with descriptions. */
export function fish(commands: readonly CommandMetadata[]): string {
  const model = completionModel(commands);
  const line = (condition: string, rest: string) => `complete -c stream-control -n ${quoted(condition)} ${rest}`;
  const lines = model.words.map(({ word, summary }) =>
    line('__fish_use_subcommand', `-f -a ${word} -d ${quoted(summary)}`),
  );
  for (const [word, seconds] of Object.entries(model.groups))
    for (const second of seconds)
      lines.push(line(`__fish_seen_subcommand_from ${word}`, `-f -a ${second.word} -d ${quoted(second.summary)}`));
  for (const { name, options, choices } of model.commands) {
    const condition = name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    for (const choice of choices) lines.push(line(condition, `-f -a ${choice}`));
    for (const [option, spec] of options) {
      const value = spec.type === 'boolean' ? '' : spec.choices ? ` -x -a ${quoted(spec.choices.join(' '))}` : ' -r';
      lines.push(
        line(condition, `-l ${option}${spec.short ? ` -s ${spec.short}` : ''} -d ${quoted(spec.description)}${value}`),
      );
    }
  }
  return `# fish completion of stream-control, made by 'stream-control completion fish'\n${[...new Set(lines)].join('\n')}\n`;
}
