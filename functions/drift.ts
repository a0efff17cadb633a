/** What stands in Azure against the plan: asked for by people, and looked at by a timer. */
import type { DurableClient } from 'durable-functions';
import { lookForDrift } from '../activities/drift.ts';
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import type { Settings } from '../azure/settings.ts';
import { type Difference, type Drift, driftSchema } from '../contract/api/drift.ts';
import type { HealthCheck } from '../contract/api/health.ts';
import { sha256 } from '../domain/hash.ts';
import { is } from '../domain/states.ts';
import { line } from '../domain/text.ts';
import { stateOf } from '../durable/entity.ts';
import { lifecycleOf } from '../durable/lifecycles.ts';
import { startNotification } from '../durable/tell.ts';
import { type DriftState, driftEntity, KEPT, type Looked } from '../entities/drift.ts';
import { eventIndex, type IndexState } from '../entities/event-index.ts';
import { ports } from '../ports/index.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Door, door } from './door.ts';
import { pass } from './health-checks.ts';
import { Problem } from './problem.ts';
import { decoded } from './views.ts';

export const driftDoors: Door[] = [
  door({
    name: 'api-events-drift',
    method: 'GET',
    route: 'api/events/{event}/drift',
    access: 'viewer',
    summary: 'What stands in Azure against the plan, property by property',
    answers: { 200: 'Differences; none when all is as planned', 404: 'No such event', 410: 'Gone' },
    bodies: { 200: driftSchema },
    async handle({ durable, settings, param }) {
      const lifecycle = await knownLifecycle({ durable }, eventNamed(param('event')));
      if (lifecycle.over) throw new Problem(410, 'The event is gone; nothing of it stands');
      const azure = await clients(settings.subscriptionId);
      return { json: await lookForDrift(durable, azure, lifecycle.input.event, decoded(lifecycle)) };
    },
  }),
];

/** A difference in one line. */
const words = ({ resource, path, planned, actual }: Difference): string => {
  const name = resource.split('/').at(-1) ?? resource;
  if (path === '') return `${name} is gone`;
  if (planned === null) return `${name}: ${path} was added`;
  return `${name}: ${path} is ${JSON.stringify(actual)} and was planned as ${JSON.stringify(planned)}`;
};

const inWords = ({ differences, strangers }: Drift): string[] => [
  ...differences.map(words),
  ...strangers.map(({ name, why }) => `${name} is a stranger's: ${why}`),
];

/** Says it once for each set of differences, as anything that is wrong with an event is said. */
async function tell(durable: DurableClient, { event, deploymentId, at }: Drift, all: readonly string[]): Promise<void> {
  const more = all.length > KEPT ? `; and ${all.length - KEPT} more` : '';
  const text = `${all.slice(0, KEPT).join('; ')}${more}`;
  await startNotification(durable, `${deploymentId}-drift-${sha256(all.join('\n')).slice(0, 12)}`, {
    deploymentId,
    event,
    kind: 'drift',
    title: `${event} is not as planned`,
    text: line(text).slice(0, 2_000),
    at,
  });
}

/**
 * Looks at every event that is up and not being changed, and tells what is new.
 * @returns problems with the looks themselves, by event
 */
export async function lookAtAll(durable: DurableClient, settings: Settings): Promise<Record<string, string>> {
  const entries = Object.values((await stateOf<IndexState>(durable, eventIndex))?.events ?? {});
  const azure = await clients(settings.subscriptionId);
  const before = (await stateOf<DriftState>(durable, driftEntity)) ?? {};
  const looked: Looked[] = [];
  const problems: Record<string, string> = {};
  // One after the other: nobody waits, and Azure limits reads.
  for (const { event, over } of entries) {
    const lifecycle = over ? undefined : await lifecycleOf(durable, event);
    if (!lifecycle || lifecycle.over || lifecycle.broken) continue;
    const status = decoded(lifecycle);
    const known = before[event];
    if (!is(status.state, 'settled')) {
      if (known?.deploymentId === status.deploymentId) looked.push(known);
      continue;
    }
    try {
      const drift = await lookForDrift(durable, azure, event, status);
      // What changed meanwhile was not compared with what it had become.
      const after = await lifecycleOf(durable, event);
      if (!after || decoded(after).state !== status.state) continue;
      const all = inWords(drift);
      if (all.length > 0) await tell(durable, drift, all);
      const { deploymentId, at } = drift;
      const kept = all.slice(0, KEPT).map((text) => line(text).slice(0, 500));
      looked.push({ event, deploymentId, at, count: all.length, words: kept });
    } catch (error) {
      problems[event] = classify(error).failure.message;
      if (known?.deploymentId === status.deploymentId) looked.push(known);
    }
  }
  if (looked.length > 0 || Object.keys(before).length > 0) await durable.signalEntity(driftEntity, 'looked', looked);
  return problems;
}

/** Milliseconds after which the last look says nothing any more. */
const OLD = 3 * 3_600_000;

/** What the last look found, as one of the checks of health. */
export async function driftCheck(durable: DurableClient): Promise<HealthCheck> {
  const name = 'plan';
  const looks = Object.values((await stateOf<DriftState>(durable, driftEntity)) ?? {});
  const fresh = looks.filter(({ at }) => ports().now() - Date.parse(at) < OLD);
  const apart = fresh.filter(({ count }) => count > 0);
  if (apart.length === 0) return pass(name, `${fresh.length} events are as planned`);
  const said = apart.map(({ event, count, words: found }) => `${event} (${count}: ${found[0] ?? ''})`);
  return {
    name,
    outcome: 'warn',
    detail: `changed by hand: ${said.join(', ')}`,
    advice: "'stream-control drift EVENT' shows each property; put it back, or tear down and deploy again",
  };
}
