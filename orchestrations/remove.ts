import type { OrchestrationContext } from 'durable-functions';
import type { LeftResource } from '../domain/ownership.ts';
import { pollWait, timeoutMs } from '../domain/plan/polling.ts';
import type { Failure } from '../domain/seam/failure.ts';
import { ACTIVITY } from '../domain/seam/functions.ts';
import { mustBe } from '../domain/seam/input.ts';
import type { Message } from '../domain/seam/message.ts';
import type { RemovedMessage, RemoveInput, RemoveStep, RemoveStepInput } from '../domain/seam/removal.ts';
import { removeInput } from '../domain/seam/removal.ts';
import { allGone, heard, listed, note, type SeenResources } from '../domain/seen.ts';
import { Patience } from './patience.ts';
import { callPatiently, now, report, type Steps, sleep, took } from './retry.ts';

/** Deleting a group with machines usually takes minutes. After an hour and a half it is reported as failed. */
const EXPECTED_SECONDS = 240;
const TIMEOUT_SECONDS = 5400;
/** How long a listing is tried. The removal goes on without: a list only tells when things vanished. */
const LIST_SECONDS = 300;
/** How long purging is tried: a secret can be purged only seconds after its deletion. */
const PURGE_SECONDS = 300;
/** Failed calls after which the removal counts as broken and is retried later: about six minutes. */
const TRIES = 12;
/** A late PUT can bring a deleted group back. It shows within this time. */
const LATE_PUT_SECONDS = 60;
/** Most deletions in one removal. What comes back twice needs a person. */
const ROUNDS = 3;
/** The group is listed at every third poll, to know when each resource vanished. */
const POLLS_PER_LIST = 3;
const COSTLY = ['microsoft.compute/virtualmachines', 'microsoft.containerinstance/containergroups'];

type Ended = { outcome: RemovedMessage['outcome']; remains: string[]; failure?: Failure };
/** What was seen: the deployment's own resources by id, and those of others at the last look. */
interface Seen {
  own: SeenResources;
  left: LeftResource[];
  /** ISO 8601: when the deletion was first asked for by a request that Azure took, where that is known, and the first listing that came. */
  deletedAt?: string;
  listedAt?: string;
}

/**
 * Deletes a resource group and the deployment's secrets and verifies that both are gone. Its output is the message it reports. A group
 * that holds resources of others stays with them, and both are named.
 * @throws Error for an invalid input, before anything is done
 */
export function* remove(context: OrchestrationContext): Steps<Message> {
  const input: unknown = context.df.getInput();
  mustBe(removeInput, input, 'remove anything');
  const since = now(context);
  const seen: Seen = { own: new Map(), left: [] };
  let ended: Ended;
  try {
    ended = yield* removeAll(context, input, seen);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ended = { outcome: 'failed', remains: [], failure: { class: 'unknown', code: 'RemovalCrashed', message } };
  }
  const at = iso(context);
  const message: Message = {
    type: 'removed',
    deploymentId: input.deploymentId,
    n: input.n,
    ...ended,
    existed: [...seen.own.values()].map((resource) =>
      ended.outcome === 'gone' ? { ...resource, removedAt: resource.removedAt ?? at } : resource,
    ),
    ...(seen.deletedAt === undefined ? {} : { deletedAt: seen.deletedAt }),
    ...(seen.listedAt === undefined ? {} : { listedAt: seen.listedAt }),
    ...(seen.left.length === 0 ? {} : { left: seen.left }),
    verifiedAt: at,
  };
  yield* report(context, { parent: input.parent, message, ...took(context, since) });
  return message;
}

function* removeAll(context: OrchestrationContext, input: RemoveInput, seen: Seen): Steps<Ended> {
  let remains: string[] = [];
  if (input.after !== undefined) yield* hear(context, input, seen);
  yield* look(context, input, seen);
  for (let round = 0; round < ROUNDS; round++) {
    const failure = yield* deleteGroup(context, input, seen);
    if (failure) return { outcome: 'failed', remains: leftIn(seen.own), failure };
    if (input.secrets) yield* act(context, input, { action: 'secrets' });
    yield* sleep(context, pollWait(pace(input, LATE_PUT_SECONDS, LATE_PUT_SECONDS), 0));
    // A secret that may not be purged delays nothing: the vault purges it later.
    if (input.secrets) yield* act(context, input, { action: 'purge' }, PURGE_SECONDS);
    const verified = yield* act(context, input, { action: 'verify' });
    if (verified.step === 'failed') return { outcome: 'failed', remains: leftIn(seen.own), failure: verified.failure };
    if (verified.step !== 'remains') {
      if (verified.step === 'gone') seen.left = verified.left ?? [];
      return { outcome: 'gone', remains: [] };
    }
    const secrets = input.secrets ? verified.secrets : [];
    remains = [...verified.resources.map(({ id }) => id), ...secrets];
    if (remains.length === 0) return { outcome: 'gone', remains };
    note(seen.own, verified.resources);
  }
  return { outcome: 'remains', remains };
}

/** Sends the deletion and follows it to its end. Returns why it could not be done. */
function* deleteGroup(context: OrchestrationContext, input: RemoveInput, seen: Seen): Steps<Failure | undefined> {
  const asked = iso(context);
  let step = yield* act(context, input, { action: 'delete' });
  seen.deletedAt ??= (step.step === 'deleting' ? step.sentAt : undefined) ?? asked;
  const startedAt = now(context);
  const patience = patienceOf(input);
  patience.begin(startedAt);
  for (let polls = 1; step.step === 'deleting'; polls++) {
    const { token } = step;
    const wait = pollWait(pace(input, EXPECTED_SECONDS, input.pollSeconds), now(context) - startedAt);
    patience.wait(wait);
    yield* sleep(context, wait);
    if (polls % POLLS_PER_LIST === 0 || costs(seen.own)) yield* look(context, input, seen);
    const last = patience.ask(now(context));
    step = yield* act(context, input, { action: 'poll', token });
    if (step.step === 'deleting' && last) return timedOut('the group is still being deleted');
  }
  if (step.step === 'failed') return step.failure;
  allGone(seen.own, iso(context));
  return undefined;
}

/** What another had seen is worth a little patience, and no more: it only tells when things vanished. */
function* hear(context: OrchestrationContext, input: RemoveInput, seen: Seen): Steps<void> {
  const step = yield* act(context, input, { action: 'hear' }, LIST_SECONDS);
  if (step.step === 'heard') heard(seen.own, step.resources);
}

/** Lists the group. */
function* look(context: OrchestrationContext, input: RemoveInput, seen: Seen): Steps<void> {
  const step = yield* act(context, input, { action: 'list' }, LIST_SECONDS);
  if (step.step !== 'listed') return;
  seen.listedAt ??= iso(context);
  listed(seen.own, step.resources, iso(context));
  seen.left = step.left ?? [];
}

/** Something that costs by the hour still stood at the last listing: when it goes is looked at more often. */
const costs = (seen: SeenResources): boolean =>
  [...seen.values()].some(({ type, removedAt }) => !removedAt && COSTLY.includes(type.toLowerCase()));

const leftIn = (seen: SeenResources): string[] =>
  [...seen.values()].filter(({ removedAt }) => !removedAt).map(({ id }) => id);

/** One step, repeated while Azure asks to come again. */
function* act(
  context: OrchestrationContext,
  input: RemoveInput,
  request: Pick<RemoveStepInput, 'action' | 'token'>,
  seconds = TIMEOUT_SECONDS,
): Steps<Exclude<RemoveStep, { step: 'again' }>> {
  const patience = patienceOf(input, seconds);
  for (;;) {
    const last = patience.ask(now(context));
    const step = yield* callPatiently<RemoveStep>(context, ACTIVITY.remove, { ...input, ...request }, TRIES);
    if (step.step !== 'again') return step;
    if (last) return { step: 'failed', failure: step.failure };
    const wait = Math.max(1, step.afterSeconds) * 1000;
    patience.wait(wait);
    yield* sleep(context, wait);
  }
}

const patienceOf = ({ installation }: RemoveInput, seconds = TIMEOUT_SECONDS): Patience =>
  new Patience(timeoutMs(seconds, installation.timeScale));
const pace = (input: RemoveInput, expectedSeconds: number, pollSeconds: number) => ({
  expectedSeconds,
  pollSeconds,
  timeScale: input.installation.timeScale,
});
const iso = (context: OrchestrationContext): string => new Date(now(context)).toISOString();
const timedOut = (message: string): Failure => ({ class: 'timeout', code: 'TimedOut', message });
