import { defineCommand } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { EXIT } from '../core/errors.ts';
import type { EventList, PastList } from '../http/types.ts';
import { table } from '../output/table.ts';
import { moment } from '../output/text.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** All pages of `GET /api/events`, as one list. */
export async function listEvents(
  { client }: Context,
  query: { state?: string | undefined; past?: boolean | undefined },
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let token: string | undefined;
  do {
    const page: EventList | PastList = await client.get<EventList | PastList>('/api/events', {
      state: query.state,
      past: query.past || undefined,
      continuationToken: token,
    });
    found.push(...page.events);
    token = page.continuationToken;
  } while (token);
  return found;
}

const pastTable = (events: Record<string, unknown>[]): string =>
  table(
    ['EVENT', 'ENDED AS', 'ENDED', 'DEPLOYMENT', 'GROUP'],
    events.map((event) => [
      text(event.event),
      text(event.state),
      moment(text(event.endedAt)),
      text(event.deploymentId),
      text(event.resourceGroup),
    ]),
    'No ended deployments',
  );

export async function showList(
  context: Context,
  query: { state?: string | undefined; past?: boolean | undefined },
): Promise<number> {
  const events = await listEvents(context, query);
  context.output.result(events, () =>
    query.past
      ? pastTable(events)
      : table(
          ['EVENT', 'STATE', 'HEALTH', 'ENVIRONMENT', 'EXPIRES', 'DEPLOYMENT'],
          events.map((event) => [
            text(event.event),
            text(event.state),
            text(event.health),
            text(event.environment),
            moment(text(event.expiresAt)),
            text(event.deploymentId),
          ]),
          "No events: 'stream-control deploy --event NAME' makes one",
        ),
  );
  return EXIT.done;
}

export const list = defineCommand({
  name: 'list',
  summary: 'list events, or with --past the deployments that ended',
  positionals: [],
  options: {
    state: { type: 'string', value: 'STATE', description: 'only events in this state, for example live' },
    past: { type: 'boolean', description: 'deployments that ended, newest first' },
  },
  examples: ['stream-control list --state live', 'stream-control list --past -o json'],
  run: (context, { options }) => showList(context, { state: options.state, past: options.past }),
});
