import type { CommandMetadata } from '../core/metadata.ts';
import { completionModel } from './model.ts';

/** Completion for bash: words, options, choices of options; file names everywhere else. */
export function bash(commands: readonly CommandMetadata[]): string {
  const model = completionModel(commands);
  const groups = Object.entries(model.groups).map(
    ([word, seconds]) => `    ${word}) second="${seconds.map((second) => second.word).join(' ')}" ;;`,
  );
  const options = model.commands.map(
    ({ name, options, choices }) =>
      `    "${name}") words="${[...choices, ...options.map(([option]) => `--${option}`)].join(' ')}" ;;`,
  );
  const values = new Map(
    model.commands.flatMap(({ options }) =>
      options.flatMap(([name, { choices, short }]) =>
        choices ? [[short ? `--${name}|-${short}` : `--${name}`, choices.join(' ')] as const] : [],
      ),
    ),
  );
  return `# bash completion of stream-control, made by 'stream-control completion bash'
_stream_control() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local first="\${COMP_WORDS[1]}" second="" command="\${COMP_WORDS[1]}" words=""
  case "$previous" in
${[...values].map(([option, choices]) => `    ${option}) COMPREPLY=($(compgen -W "${choices}" -- "$current")); return ;;`).join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${model.words.map(({ word }) => word).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "$first" in
${groups.join('\n')}
  esac
  if [ "$COMP_CWORD" -gt 2 ] && [[ " $second " == *" \${COMP_WORDS[2]} "* ]]; then command="$first \${COMP_WORDS[2]}"; fi
  case "$command" in
${options.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 2 ]; then words="$second $words"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _stream_control stream-control
`;
}
