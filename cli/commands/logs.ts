import { line } from '../../domain/text.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { Logs } from '../http/types.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';

/** The latest lines; none of them passes for the head of another component. */
const tailOf = (text: string, count: number): string =>
  text.trimEnd().split('\n').slice(-count).join('\n').replace(/^==/gm, ' ==');

export const logs = defineCommand({
  name: 'logs',
  summary: 'the latest log lines of relay and slide splitter, also when they are gone',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...EVENT_OPTION,
    tail: {
      type: 'string',
      value: 'N',
      description: 'at most so many lines of each (default 50)',
      check: (value) => (/^[1-9]\d*$/.test(value) ? undefined : 'must be a whole number above 0'),
    },
  },
  examples: ['stream-control logs congress --tail 200'],
  async run({ client, output }, parsed) {
    const answer = await client.get<Partial<Logs>>(eventPath(eventOf(parsed, 'logs'), '/logs'));
    const tail = Number(parsed.options.tail ?? 50);
    output.result(answer, () =>
      (answer.logs ?? [])
        .map(
          ({ component, text, source }) =>
            `== ${line(component)}${source === 'workspace' ? ' (gone; from Log Analytics)' : ''}\n${tailOf(text, tail)}\n`,
        )
        .join('\n'),
    );
    return EXIT.done;
  },
});
