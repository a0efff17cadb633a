import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import { helpFor, overview } from '../core/help.ts';
import { unknownCommand } from '../core/parse.ts';
import { version } from '../core/version.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'show what a command does and takes; without one, all commands',
  positionals: [
    { name: 'COMMAND', description: 'a command, or a group of them such as schedule' },
    { name: 'SUBCOMMAND', description: 'the second word, such as set' },
  ],
  options: {},
  examples: ['stream-control help deploy', 'stream-control help schedule set'],
  async run({ io, commands }, { positionals }) {
    const text = positionals.length === 0 ? overview(commands, version()) : helpFor(commands, positionals);
    if (text === undefined) throw unknownCommand(commands, positionals);
    io.out(text);
    return EXIT.done;
  },
});

export const showVersion = defineCommand({
  name: 'version',
  summary: 'show the version',
  positionals: [],
  options: {},
  examples: ['stream-control version'],
  async run({ output }) {
    output.result({ version: version() }, () => `${version()}\n`);
    return EXIT.done;
  },
});
