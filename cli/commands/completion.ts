import { bash } from '../completion/bash.ts';
import { fish } from '../completion/fish.ts';
import { zsh } from '../completion/zsh.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';

const SHELLS = { bash, zsh, fish };

export const completion = defineCommand({
  name: 'completion',
  summary: 'print a completion script for a shell',
  detail:
    'Put it where your shell looks, for example:\n  stream-control completion bash > ~/.local/share/bash-completion/completions/stream-control',
  positionals: [{ name: 'SHELL', description: 'bash, zsh or fish', required: true, choices: Object.keys(SHELLS) }],
  options: {},
  examples: [
    'stream-control completion bash',
    'stream-control completion fish > ~/.config/fish/completions/stream-control.fish',
  ],
  async run({ io, commands }, { positionals: [shell] }) {
    io.out(SHELLS[shell as keyof typeof SHELLS](commands));
    return EXIT.done;
  },
});
