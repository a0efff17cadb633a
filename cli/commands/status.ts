import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { EventStatus } from '../http/types.ts';
import { eventTable } from '../output/event.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, statusPath } from './event-argument.ts';
import { showList } from './list.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'show one event: state, health, addresses, cost; without a name, all events',
  detail:
    'SOUND is which of the programme each language gets, and how loud it is; that is measured from the first look on, so the next\none shows it.',
  positionals: [EVENT_POSITIONAL],
  options: EVENT_OPTION,
  examples: ['stream-control status congress', 'stream-control status congress -o json'],
  async run(context, parsed) {
    if (parsed.positionals.length === 0 && parsed.options.event === undefined) return showList(context, {});
    const answer = await context.client.get<EventStatus>(`${statusPath(eventOf(parsed, 'status'))}?levels=true`);
    context.output.result(answer, () => eventTable(answer));
    return EXIT.done;
  },
});
