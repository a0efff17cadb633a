/**
 * A lifecycle that broke: people are told at once, one that failed is taken up again a few times (a worker that died in the
 * middle of a turn says nothing of the event), and what nobody decides on is ended when its time is over.
 */

import type { DurableClient } from 'durable-functions';
import { BROKEN_STAYS } from '../../domain/lifecycle/admission.ts';
import { isTakenUpAgain, TAKE_UPS } from '../../domain/lifecycle/taking-up.ts';
import { instanceId } from '../../domain/names.ts';
import type { IndexEntry, Notification } from '../../domain/seam/records.ts';
import { endOf, type Lifecycle, takeOver, takeUp } from '../../durable/lifecycles.ts';
import { startNotification } from '../../durable/tell.ts';
import { eventIndex } from '../../entities/event-index.ts';
import { ports } from '../../ports/index.ts';

/** @param what becomes of it. Told once per change of the entry: the id carries when that was. */
async function tellPeople(
  { input, runtime }: Lifecycle,
  what: string,
  durable: DurableClient,
  entry: IndexEntry,
): Promise<void> {
  const { deploymentId, event, request } = input;
  const text = `${request.title}: nobody looks after this event any more, its lifecycle broke (${runtime}); ${what}`;
  const at = new Date(ports().now()).toISOString();
  const notification: Notification = { deploymentId, event, title: request.title, kind: 'people-needed', text, at };
  const nth = Date.parse(entry.at).toString(36);
  await startNotification(durable, instanceId.broken(deploymentId, nth), notification);
}

export async function lookAfterBroken(entry: IndexEntry, lifecycle: Lifecycle, durable: DurableClient): Promise<void> {
  const now = ports().now();
  if (now >= endOf(lifecycle, entry.expiresAt)) {
    await takeOver(durable, lifecycle, undefined);
    return;
  }
  const { takeUps = 0 } = entry;
  const isNew = entry.state !== 'broken';
  const put = (more: Partial<IndexEntry>) =>
    durable.signalEntity(eventIndex, 'put', { ...entry, state: 'broken', at: new Date(now).toISOString(), ...more });
  if (isTakenUpAgain(lifecycle.runtime, takeUps)) {
    if (isNew) await tellPeople(lifecycle, 'it is taken up again', durable, entry);
    // Counted first: what kills the worker again must not be tried for ever.
    await put({ takeUps: takeUps + 1 });
    await takeUp(durable, lifecycle);
  } else if (lifecycle.runtime === 'Failed' && takeUps === TAKE_UPS) {
    await tellPeople(lifecycle, `taking it up again did not help; ${BROKEN_STAYS}`, durable, entry);
    await put({ takeUps: takeUps + 1 });
  } else if (isNew) {
    await tellPeople(lifecycle, BROKEN_STAYS, durable, entry);
    await put({});
  }
}
