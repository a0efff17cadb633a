import type { DurableClient } from 'durable-functions';
import type { HealthCheck } from '../contract/api/health.ts';
import { BROKEN_STAYS } from '../domain/lifecycle/admission.ts';
import { stateOf } from '../durable/entity.ts';
import { inTurns } from '../durable/in-turns.ts';
import { lifecycleOf } from '../durable/lifecycles.ts';
import { eventIndex, type IndexState } from '../entities/event-index.ts';
import { pass } from './health-checks.ts';

/** Events whose lifecycle broke: they stand and cost, and nobody but a person will end them before their time. */
export async function brokenEvents(durable: DurableClient): Promise<HealthCheck> {
  const entityState = await stateOf<IndexState>(durable, eventIndex);
  const entries = Object.values(entityState?.events ?? {}).filter(({ over }) => !over);
  const found: string[] = [];
  await inTurns(entries, async ({ event }) => {
    const lifecycle = await lifecycleOf(durable, event);
    if (lifecycle?.broken) found.push(`${event} (${lifecycle.runtime})`);
  });
  const name = 'events';
  if (found.length === 0) return pass(name, `${entries.length} looked after`);
  return {
    name,
    outcome: 'fail',
    detail: `nobody looks after ${found.sort().join(', ')}: the lifecycle broke; ${BROKEN_STAYS}`,
    advice: "'stream-control teardown EVENT --confirm' removes what it made and gives its certificate",
  };
}
