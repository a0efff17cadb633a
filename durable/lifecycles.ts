/** The durable instances behind events: running, ended as they should, or broken. */
import type { DurableClient } from 'durable-functions';
import { canonicalJson } from '../domain/hash.ts';
import { readStatus } from '../domain/lifecycle/machine.ts';
import { REDUCER_VERSION } from '../domain/lifecycle/version.ts';
import { instanceId } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { Message } from '../domain/seam/message.ts';
import type { Past, Told } from '../domain/seam/past.ts';
import type { IndexEntry } from '../domain/seam/records.ts';
import type { EncodedStatus } from '../domain/status/encoded.ts';
import { eventIndex, type IndexState } from '../entities/event-index.ts';
import { nothingPosted, type PostedState, postedEntity } from '../entities/posted.ts';
import { ports } from '../ports/index.ts';
import { stateOf } from './entity.ts';
import { instanceStatus, isEnded } from './instances.ts';
import { knownInput } from './known-input.ts';
import { pastOf } from './past.ts';
import { startAnew } from './start.ts';

/** A lifecycle as its instance shows it. */
export interface Lifecycle {
  input: LifecycleInput;
  /** Undefined until its first turn, and when its instance was purged. */
  status: EncodedStatus | undefined;
  /** Not taken up yet: somebody else's start may still win. */
  pending: boolean;
  ended: boolean;
  /** How it stands: a runtime status of Durable, or `Purged`. */
  runtime: string;
  /** It ended without having come to an end: nobody looks after what it made. */
  broken: boolean;
  /** Nothing is left of the event, whether or not its instance has returned yet. */
  over: boolean;
  /** What the instance itself said when it failed. */
  failure?: string;
}

/** Whether the last effects of a lifecycle are out: what it made is verified gone. */
const isFinished = (status: EncodedStatus | undefined): boolean => status?.p === 'ended';

export const isBroken = ({ broken }: Pick<Lifecycle, 'broken'>): boolean => broken;

/**
 * The lifecycle of an event name: running, broken, or the last one that ended; undefined when there never was one. One whose instance
 * was purged while the index still lists it is broken.
 */
export async function lifecycleOf(durable: DurableClient, event: string): Promise<Lifecycle | undefined> {
  const instance = await instanceStatus(durable, instanceId.lifecycle(event));
  // Anything may have been started under this id. What is not an event is ignored.
  const input = instance?.input ? knownInput(event, instance.input) : undefined;
  if (!instance || !input) return await purgedLifecycle(durable, event);
  const status = (instance.customStatus as EncodedStatus | null) ?? undefined;
  const runtime = String(instance.runtimeStatus);
  const ended = isEnded(instance);
  const finished = runtime === 'Completed' || isFinished(status);
  return {
    input,
    status,
    pending: runtime === 'Pending',
    ended,
    runtime,
    broken: ended && !finished,
    over: finished,
    ...(runtime === 'Failed' ? { failure: String(instance.output ?? '').slice(0, 300) } : {}),
  };
}

/**
 * When the time of an event ends, even if its lifecycle broke; milliseconds since the Unix epoch.
 * @param listed the end in the index of events, for a lifecycle without a status
 */
export function endOf({ input, status }: Lifecycle, listed?: string): number {
  const shown = status && readStatus(input, status).expiresAt;
  const known = Date.parse(shown ?? listed ?? '');
  if (Number.isFinite(known)) return known;
  // Nothing was made yet: the time it would have lived counts.
  const { startsAt, ttlSeconds } = input.request;
  return Date.parse(startsAt ?? input.acceptedAt) + ttlSeconds * 1000;
}

async function purgedLifecycle(durable: DurableClient, event: string): Promise<Lifecycle | undefined> {
  const entry = own((await stateOf<IndexState>(durable, eventIndex))?.events ?? {}, event);
  const input = entry && !entry.over ? await originOf(durable, entry) : undefined;
  return (
    input && { input, status: undefined, pending: false, ended: true, runtime: 'Purged', broken: true, over: false }
  );
}

/** What a deployment was accepted with, kept beside its lifecycle. */
async function originOf(
  durable: DurableClient,
  { deploymentId }: Pick<IndexEntry, 'deploymentId'>,
): Promise<LifecycleInput | undefined> {
  const origin = await instanceStatus(durable, instanceId.origin(deploymentId));
  const input = origin?.input as LifecycleInput | null | undefined;
  return input?.deploymentId === deploymentId ? input : undefined;
}

/**
 * Keeps what a deployment is accepted with, so that a lost lifecycle can be taken over.
 * @param won whether this input was accepted; another request under the same Idempotency-Key may have been kept before
 */
export async function keepOrigin(durable: DurableClient, input: LifecycleInput, won = false): Promise<void> {
  const id = instanceId.origin(input.deploymentId);
  const kept = await instanceStatus(durable, id);
  const other = (kept?.input as LifecycleInput | null | undefined)?.requestHash !== input.requestHash;
  if (!kept || (won && other)) await startAnew(durable, 'record', id, input);
}

/**
 * Starts a lifecycle in place of a broken one. It removes what the other made and writes the certificate. Two starts at once give one
 * lifecycle, because a running instance is not started again.
 * @param teardown who asked for it; absent when the event's time is over
 */
export async function takeOver(
  durable: DurableClient,
  lifecycle: Lifecycle,
  teardown: { by: string } | undefined,
): Promise<void> {
  const { input, status, runtime } = lifecycle;
  const takeover = { how: runtime, ...(teardown === undefined ? {} : { teardown }) };
  const id = instanceId.lifecycle(input.event);
  if (isHeardAgain(lifecycle)) {
    const { startedAt, told } = await wholePast(durable, lifecycle);
    const past = { startedAt, told: [...told, { at: ports().now(), takeover }] };
    await startAnew(durable, 'lifecycle', id, { ...input, past });
    return;
  }
  const { past: _past, ...rest } = input;
  const n = (input.takeover?.n ?? 0) + 1;
  const shown = status === undefined ? {} : { status: readStatus(input, status) };
  // The status has all it needs, so it runs under the present reducer, whatever version the other had.
  const started: LifecycleInput = { ...rest, version: REDUCER_VERSION, takeover: { ...takeover, n, ...shown } };
  await startAnew(durable, 'lifecycle', id, started);
}

/** Whether a lifecycle comes to where it stood by hearing its past: what made one fail would make the other fail too. */
const isHeardAgain = ({ status, runtime, input }: Lifecycle): boolean =>
  runtime === 'Terminated' && status !== undefined && input.version === REDUCER_VERSION;

/** What a lifecycle was told in the lives of all its instances. */
async function wholePast(durable: DurableClient, { input }: Pick<Lifecycle, 'input'>): Promise<Past> {
  const since = await pastOf(durable, instanceId.lifecycle(input.event));
  return input.past ? { ...input.past, told: [...input.past.told, ...since.told] } : since;
}

/**
 * Starts a lifecycle that failed anew, to go on where it stood. A rewind would not do: the answer to an activity that came while the
 * instance was Failed is thrown away, a rewind asks again for nothing but what failed, and an instance with a task that stays open
 * never ends.
 */
export async function takeUp(durable: DurableClient, { input }: Pick<Lifecycle, 'input'>): Promise<void> {
  const id = instanceId.lifecycle(input.event);
  const { startedAt, told } = await wholePast(durable, { input });
  const { messages } = (await stateOf<PostedState>(durable, postedEntity(input.deploymentId))) ?? nothingPosted();
  await startAnew(durable, 'lifecycle', id, {
    ...input,
    past: { startedAt, told: [...told, ...unheard(told, messages)] },
  });
}

/** What was posted and did not arrive. It counts from when the last was told: nothing is known of when it would have come. */
function unheard(told: readonly Told[], messages: readonly Message[]): Told[] {
  const heard = new Set(told.map((one) => ('message' in one ? canonicalJson(one.message) : undefined)));
  const at = told.at(-1)?.at ?? 0;
  return messages.filter((message) => !heard.has(canonicalJson(message))).map((message) => ({ at, message }));
}
