import { is } from '../../domain/states.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT, Interrupted } from '../core/errors.ts';
import type { EventStatus } from '../http/types.ts';
import { eventTable } from '../output/event.ts';
import { follow } from '../progress/follow.ts';
import { createReporter } from '../progress/reporter.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, statusPath } from './event-argument.ts';

export const watch = defineCommand({
  name: 'watch',
  summary: 'follow an event as it changes, until it is gone or Ctrl-C',
  positionals: [EVENT_POSITIONAL],
  options: EVENT_OPTION,
  examples: ['stream-control watch congress', 'stream-control watch congress --progress json'],
  async run(context, parsed) {
    const { client, io, output } = context;
    const event = eventOf(parsed, 'watch');
    const { deploymentId } = await client.get<EventStatus>(statusPath(event));
    const reporter = createReporter(context.progress, io, true);
    let state = '';
    try {
      await follow(client, deploymentId, {
        interrupt: io.interrupt,
        note: (text) => reporter.note(text),
        seen: (status) => {
          reporter.update(status);
          state = status.state;
          return state === 'broken' || (is(state, 'final') && Boolean(status.finishedAt));
        },
      });
    } catch (error) {
      if (!io.interrupt.aborted) throw error;
      throw new Interrupted(`Interrupted: '${event}' goes on`);
    } finally {
      reporter.close();
    }
    const final = await client.get<EventStatus>(statusPath(event));
    output.result(final, () => eventTable(final));
    return state === 'gone' ? EXIT.done : EXIT.failed;
  },
});
