import { defineCommand } from '../core/command.ts';
import { EXIT, usageError } from '../core/errors.ts';
import type { Metrics, Told } from '../http/types.ts';
import { table, told } from '../output/table.ts';
import { moment, oneLine } from '../output/text.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';
import { keysFrom } from './keys.ts';
import { list } from './lists.ts';

const streaming = defineCommand({
  name: 'streaming',
  summary: 'start or stop streaming, all languages or some',
  positionals: [
    { ...EVENT_POSITIONAL, required: true },
    { name: 'SWITCH', description: 'on or off', required: true, choices: ['on', 'off'] },
  ],
  options: { languages: { type: 'string', short: 'l', value: 'A,B', description: 'only these (default all)' } },
  examples: ['stream-control streaming congress off', 'stream-control streaming congress on --languages french'],
  async run({ client, output }, { options, positionals: [event = '', to] }) {
    const languages = list(options.languages);
    const body = { streaming: to === 'on', ...(languages && { languages }) };
    const told = await client.json<Told>('POST', eventPath(event, '/streaming'), { body, repeatable: true });
    output.result(told, () => `Streaming ${to}: ${told.languages.map(oneLine).join(', ')}\n`);
    return EXIT.done;
  },
});

const keys = defineCommand({
  name: 'keys',
  summary: 'replace stream keys; the mixers read them again',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...EVENT_OPTION,
    languages: { type: 'string', short: 'l', value: 'A,B', description: 'languages that `prompt` asks for' },
    'youtube-keys': { type: 'string', value: 'FILE', description: 'the new keys: file, -, prompt or list' },
  },
  examples: ['stream-control keys congress --youtube-keys french.txt'],
  async run({ client, io, output }, parsed) {
    const source = parsed.options['youtube-keys'];
    if (!source) throw usageError("'keys' needs --youtube-keys");
    const youtubeKeys = await keysFrom(source, list(parsed.options.languages), io, (text) => io.err(`${text}\n`));
    const path = eventPath(eventOf(parsed, 'keys'), '/keys');
    const told = await client.json<Told>('POST', path, { body: { youtubeKeys }, repeatable: true });
    output.result(told, () => `Replaced: ${told.languages.map(oneLine).join(', ')}\n`);
    return EXIT.done;
  },
});

const metrics = defineCommand({
  name: 'metrics',
  summary: 'what the components of an event say of themselves right now',
  positionals: [EVENT_POSITIONAL],
  options: EVENT_OPTION,
  examples: ['stream-control metrics congress'],
  async run({ client, output }, parsed) {
    const said = await client.get<Partial<Metrics>>(eventPath(eventOf(parsed, 'metrics'), '/metrics'));
    output.result(said, () =>
      [
        told(Object.fromEntries(Object.entries(said).filter(([name]) => name !== 'mixers'))),
        '\n',
        table(
          ['MIXER', 'HEARD', 'STREAMING', 'SCENE', 'RECONNECTS', 'DROPPED', 'PROBLEMS'],
          (said.mixers ?? []).map((mixer) => [
            mixer.language,
            moment(mixer.at) ?? 'never',
            ...[mixer.streaming, mixer.scene, mixer.reconnects, mixer.droppedFrames].map(oneLine),
            [mixer.problems, mixer.warnings]
              .flatMap((said) => (Array.isArray(said) ? said.map((each) => oneLine(each?.text ?? each)) : []))
              .join('; '),
          ]),
        ),
      ].join(''),
    );
    return EXIT.done;
  },
});

export const mixerCommands = [streaming, keys, metrics];
