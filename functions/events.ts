/** The list of events, and the documents about one. */
import { emptyIndex, eventIndex, type IndexState } from '../activities/event-index.ts';
import { inTurns } from '../activities/in-turns.ts';
import { containerLogs } from '../activities/logs.ts';
import { clients } from '../azure/clients.ts';
import { resourceName } from '../domain/names.ts';
import { estimateCost, pausedPerHour } from '../domain/plan/cost.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { type Lifecycle, lifecycleOf, recordOf } from './instances.ts';
import { invalid, Problem } from './problem.ts';
import { decoded, eventView } from './views.ts';

const PAGE = 50;

/** A page of sorted names or positions, and the token of the next. */
function page<T>(all: readonly T[], key: (item: T) => string, token: string | null): { items: T[]; next?: string } {
  let from = 0;
  if (token !== null) {
    const last = Buffer.from(token, 'base64url').toString('utf8');
    const index = all.findIndex((item) => key(item) === last);
    if (index < 0) throw invalid([{ path: 'continuationToken', message: 'is not one this list gave' }]);
    from = index + 1;
  }
  const items = all.slice(from, from + PAGE);
  const end = items.at(-1);
  const more = from + PAGE < all.length && end !== undefined;
  return { items, ...(more ? { next: Buffer.from(key(end)).toString('base64url') } : {}) };
}

async function list({ durable, request }: Call) {
  const { entityState } = await durable.readEntityState<IndexState>(eventIndex);
  const index = entityState ?? emptyIndex();
  const token = request.query.get('continuationToken');
  const wanted = request.query.get('state');
  if (request.query.get('past') === 'true') {
    const past = index.past.filter(({ state }) => wanted === null || state === wanted);
    const { items, next } = page(past, ({ deploymentId }) => deploymentId, token);
    const events = items.map(({ event, deploymentId, state, resourceGroup, at }) => ({
      event,
      deploymentId,
      state,
      resourceGroup,
      endedAt: at,
    }));
    return { json: { events, ...(next ? { continuationToken: next } : {}) } };
  }
  const names = Object.keys(index.events)
    .filter((name) => index.events[name]?.state !== 'gone' || wanted === 'gone')
    .sort();
  const { items, next } = page(names, (name) => name, token);
  const found = new Map<string, Lifecycle>();
  await inTurns(items, async (name) => {
    const lifecycle = await lifecycleOf(durable, name);
    if (lifecycle) found.set(name, lifecycle);
  });
  const events = items.flatMap((name) => {
    const lifecycle = found.get(name);
    if (!lifecycle) return [];
    const view = eventView(lifecycle);
    const shown = wanted === null ? !lifecycle.ended : view.state === wanted;
    if (!shown) return [];
    const { event, title, environment, state, since, health, region, languages, resourceGroup } = view;
    const { deploymentId, createdAt, readyAt, expiresAt, cost } = view;
    return [
      {
        event,
        title,
        environment,
        state,
        since,
        health: health.state,
        region,
        languages,
        resourceGroup,
        deploymentId,
        createdAt,
        readyAt,
        expiresAt,
        perHour: cost.perHour,
      },
    ];
  });
  return { json: { events, ...(next ? { continuationToken: next } : {}) } };
}

const of = (name: string, summary: string, handle: (call: Call, lifecycle: Lifecycle) => Promise<unknown>): Door =>
  door({
    name: `api-events-${name}`,
    method: 'GET',
    route: `api/events/{event}/${name}`,
    access: 'viewer',
    summary,
    answers: { 200: summary, 404: 'No such event' },
    handle: async (call) => ({
      json: await handle(call, await knownLifecycle(call, eventNamed(call.param('event')))),
    }),
  });

export const eventDoors: Door[] = [
  door({
    name: 'api-events',
    method: 'GET',
    route: 'api/events',
    access: 'viewer',
    summary: 'Events; ?state=, ?past=true, ?continuationToken=',
    answers: { 200: 'A page of events' },
    handle: list,
  }),
  of('certificate', 'Proof of what existed and that it is gone', async ({ durable }, { input, ended }) => {
    const record = await recordOf(durable, input.deploymentId);
    if (record) return record.certificate;
    throw new Problem(
      409,
      ended ? 'The deployment ended without a certificate' : 'The event is not over; its certificate comes at the end',
    );
  }),
  of('journal', 'What happened, when and why', async ({ durable }, lifecycle) => {
    const record = lifecycle.ended ? await recordOf(durable, lifecycle.input.deploymentId) : undefined;
    return { entries: record?.journal ?? decoded(lifecycle).journal };
  }),
  of('cost', 'What it costs per hour and has cost', async (_call, lifecycle) => {
    const { request, template } = lifecycle.input;
    const status = decoded(lifecycle);
    const { cost } = eventView(lifecycle);
    const standing = status.machines.filter(({ removed }) => !removed);
    const sizes = standing.map(({ vmSize }) => vmSize);
    const { perEvent, pricesAsOf } = estimateCost(template, sizes, request.spot, request.ttlSeconds);
    return {
      ...cost,
      perEvent,
      pausedPerHour: pausedPerHour(standing.length),
      pricesAsOf,
      ...(request.budget ? { budget: request.budget } : {}),
    };
  }),
  of('logs', 'The latest log lines of relay and slide splitter', async ({ settings }, lifecycle) => {
    if (lifecycle.ended) throw new Problem(410, 'The event is gone, and its logs with it');
    const { region, resourceGroup } = decoded(lifecycle);
    const azure = clients(settings.subscriptionId);
    const roles = ['relay', 'slides'] as const;
    const group = (role: (typeof roles)[number]) => resourceName.containerGroup(role, lifecycle.input.event, region);
    return {
      logs: await Promise.all(
        roles.map(async (role) => ({
          component: role,
          text: await containerLogs(azure, resourceGroup, group(role), role),
        })),
      ),
    };
  }),
];
