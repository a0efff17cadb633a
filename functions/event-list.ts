/** The list of events. */
import type { EventList, PastList } from '../contract/api/events.ts';
import type { EventsQuery } from '../domain/request/queries.ts';
import { is } from '../domain/states.ts';
import { isBroken, type Lifecycle, lifecycleOf } from '../durable/deployments.ts';
import { stateOf } from '../durable/entity.ts';
import { inTurns } from '../durable/in-turns.ts';
import { emptyIndex, eventIndex, type IndexState } from '../entities/event-index.ts';
import type { Call } from './door.ts';
import { invalid } from './problem.ts';
import { eventView } from './views.ts';

const PAGE = 50;

/** A page of sorted names or positions, and the token of the next. */
function page<T>(
  all: readonly T[],
  key: (item: T) => string,
  token: string | undefined,
): { items: T[]; next?: string } {
  let from = 0;
  if (token !== undefined) {
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

/** A page of events, or of past deployments with `?past=true`. */
export async function listEvents({
  durable,
  query,
}: Pick<Call<unknown, EventsQuery>, 'durable' | 'query'>): Promise<EventList | PastList> {
  const entityState = await stateOf<IndexState>(durable, eventIndex);
  const index = entityState ?? emptyIndex();
  const { continuationToken: token, state: wanted } = query;
  if (query.past) {
    const past = index.past.filter(({ state }) => wanted === undefined || state === wanted);
    const { items, next } = page(past, ({ deploymentId }) => deploymentId, token);
    const events = items.map(({ event, deploymentId, state, resourceGroup, at }) => ({
      event,
      deploymentId,
      state,
      resourceGroup,
      endedAt: at,
    }));
    return { events, ...(next ? { continuationToken: next } : {}) };
  }
  const names = Object.keys(index.events)
    .filter((name) => !index.events[name]?.over || (wanted !== undefined && is(wanted, 'final')))
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
    // What a broken lifecycle made still stands and costs, until somebody or its time ends it.
    const shown = wanted === undefined ? !lifecycle.ended || isBroken(lifecycle) : view.state === wanted;
    if (!shown) return [];
    const { event, title, environment, state, since, health, region, languages, resourceGroup } = view;
    const { deploymentId, startsAt, createdAt, readyAt, expiresAt, cost } = view;
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
        startsAt,
        createdAt,
        readyAt,
        expiresAt,
        perHour: cost.perHour,
        soFar: cost.soFar,
        currency: cost.currency,
      },
    ];
  });
  return { events, ...(next ? { continuationToken: next } : {}) };
}
