import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import { facts, table } from '../output/table.ts';
import { oneLine } from '../output/text.ts';
import { EVENT_POSITIONAL, eventPath } from './event-argument.ts';

type Mixer = { language: string } & Record<string, unknown>;
type Credentials = { mixers?: Mixer[] } & Record<string, unknown>;

export const credentials = defineCommand({
  name: 'credentials',
  summary: 'SRT addresses with passphrases and RDP passwords (the reading is recorded)',
  positionals: [
    { ...EVENT_POSITIONAL, required: true },
    { name: 'LANGUAGE', description: 'only the mixer of this language; nothing else is read' },
  ],
  options: {},
  examples: ['stream-control credentials congress', 'stream-control credentials congress french -o json'],
  async run({ client, output }, { positionals: [event = '', language] }) {
    const shown = await client.get<Credentials>(eventPath(event, '/credentials'), { language });
    const chosen = shown.mixers ?? [];
    output.result(shown, () => {
      const plain = Object.entries(shown).filter(([name]) => name !== 'mixers');
      const columns = [...new Set(chosen.flatMap((mixer) => Object.keys(mixer)))];
      return [
        facts(plain.map(([name, value]) => [name, oneLine(value)] as const)),
        '\n',
        table(
          columns.map((name) => name.toUpperCase()),
          chosen.map((mixer) => columns.map((name) => oneLine(mixer[name]))),
        ),
      ].join('');
    });
    return EXIT.done;
  },
});
