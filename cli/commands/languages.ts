import type { SoundsTold } from '../../contract/api/mixers.ts';
import { defineCommand } from '../core/command.ts';
import { usageError } from '../core/errors.ts';
import { oneLine } from '../output/text.ts';
import { sendChange } from './change.ts';
import { LANGUAGE_OPTIONS } from './deploy-request.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';
import { keysFrom } from './keys.ts';
import { list, pairs } from './lists.ts';

/** `Sound: french fra`, and a line for what may be a mistake. */
const told = ({ audio, notes }: SoundsTold): string =>
  [
    `Sound: ${Object.entries(audio)
      .map(([language, sound]) => `${oneLine(language)} ${oneLine(sound)}`)
      .join(', ')}`,
    ...notes.map((note) => `Note: ${oneLine(note)}`),
    '',
  ].join('\n');

export const languages = defineCommand({
  name: 'languages',
  summary: 'add or remove languages of a live event, or give some another sound of the programme',
  detail:
    'A language is mixed by OBS on a machine of its own, or, with --mixing LANGUAGE=light, gets the programme with one of its\nsounds, ready in about a minute. To change the way, remove it and add it again.',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...EVENT_OPTION,
    add: { type: 'string', value: 'A,B', description: 'languages to add' },
    remove: { type: 'string', value: 'A,B', description: 'languages to remove' },
    ...LANGUAGE_OPTIONS,
    'youtube-keys': {
      type: 'string',
      value: 'FILE',
      description: 'stream keys of the added ones: file, -, prompt or list',
    },
    'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' },
  },
  examples: [
    'stream-control languages congress --add german --youtube-keys german.txt',
    'stream-control languages congress --add polish --mixing light --audio polish=pol',
    'stream-control languages congress --remove french',
    'stream-control languages congress --audio french=fra,spanish=2',
  ],
  async run(context, parsed) {
    const { options } = parsed;
    const { io } = context;
    const add = list(options.add);
    const remove = list(options.remove);
    const audio = pairs(options.audio, 'audio');
    if (!add && !remove && !audio) throw usageError("'languages' needs --add, --remove or --audio");
    const mixing = mixingOf(options.mixing, add);
    const source = options['youtube-keys'];
    const youtubeKeys = source && (await keysFrom(source, add, io, (text) => io.err(`${text}\n`)));
    const body = {
      ...{ ...(add && { add }), ...(remove && { remove }), ...(youtubeKeys && { youtubeKeys }) },
      ...{ ...(mixing && { mixing }), ...(audio && { audio }) },
    };
    const path = eventPath(eventOf(parsed, 'languages'), '/languages');
    return sendChange(context, path, body, !options['no-wait'], (answer) => told(answer as SoundsTold));
  },
});

/** One word is the way of all that are added. */
function mixingOf(text: string | undefined, add: string[] | undefined): Record<string, string> | undefined {
  if (text === undefined || text.includes('=')) return pairs(text, 'mixing');
  if (!add) throw usageError('--mixing says how languages are mixed that --add names');
  return Object.fromEntries(add.map((language) => [language, text]));
}
