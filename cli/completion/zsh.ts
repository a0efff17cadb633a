import type { CommandMetadata, OptionSpec } from '../core/metadata.ts';
import { completionModel } from './model.ts';

/** Text inside a single-quoted word of an _arguments specification. */
const quoted = (text: string): string => text.replace(/'/g, "'\\''").replace(/[[\]:]/g, (sign) => `\\${sign}`);

const argument = ([name, spec]: [string, OptionSpec]): string => {
  const value =
    spec.type === 'boolean'
      ? ''
      : `:${(spec.value ?? 'VALUE').replace(/[[\]:]/g, ' ')}:${spec.choices ? `(${spec.choices.join(' ')})` : '_files'}`;
  return `'${spec.multiple ? '*' : ''}--${name}[${quoted(spec.description)}]${value}'`;
};

const described = (words: { word: string; summary: string }[]): string =>
  words.map(({ word, summary }) => `'${word}:${quoted(summary)}'`).join(' ');

/** Completion for zsh, with descriptions. */
export function zsh(commands: readonly CommandMetadata[]): string {
  const model = completionModel(commands);
  const cases = model.commands.map(({ name, options, choices }) => {
    const rest = choices.length > 0 ? `'1:argument:(${choices.join(' ')})'` : `'*:argument:_files'`;
    return `    '${name}') _arguments ${options.map(argument).join(' ')} ${rest} ;;`;
  });
  const groups = Object.entries(model.groups).map(
    ([word, seconds]) =>
      `    ${word}) second=(${seconds.map((entry) => entry.word).join(' ')}); described=(${described(seconds)}) ;;`,
  );
  return `#compdef stream-control
# zsh completion of stream-control, made by 'stream-control completion zsh'
_stream_control() {
  local -a described second
  local command="$words[2]"
  if (( CURRENT == 2 )); then
    described=(${described(model.words)})
    _describe 'command' described
    return
  fi
  case "$command" in
${groups.join('\n')}
  esac
  if (( CURRENT == 3 && $#described )); then _describe 'command' described; fi
  if (( CURRENT > 3 )) && (( $second[(Ie)$words[3]] )); then
    command="$command $words[3]"
    shift words; (( CURRENT-- ))
  fi
  shift words; (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
_stream_control "$@"
`;
}
