import type { SourceTold } from '../../contract/api/source.ts';
import { WANTED_PRESENTERS } from '../../contract/presenters.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import { EVENT_POSITIONAL, eventPath } from './event-argument.ts';

export const source = defineCommand({
  name: 'source',
  summary: 'which presenter is on air: main, backup, or as the relay decides',
  detail:
    'The other takes over at its next key frame, within a second or two. With auto the main presenter is on air whenever it is well,\nand the backup takes over when it is not. One that is named stays while it lives.',
  positionals: [
    { ...EVENT_POSITIONAL, required: true },
    { name: 'PRESENTER', description: 'main, backup or auto', required: true, choices: [...WANTED_PRESENTERS] },
  ],
  options: {},
  examples: ['stream-control source congress backup', 'stream-control source congress auto'],
  async run({ client, output }, { positionals: [event = '', active] }) {
    const told = await client.json<SourceTold>('POST', eventPath(event, '/source'), {
      body: { active },
      repeatable: true,
    });
    const now = told.onAir === null ? 'the slate is shown' : `${told.onAir} is on air`;
    output.result(told, () => `Source ${told.wanted}: told; at this moment ${now}\n`);
    return EXIT.done;
  },
});
