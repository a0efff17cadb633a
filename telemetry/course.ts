/** The course of an event: its states, each told when it is left, what it took to be ready or well again, and the whole at its end. */
import type { DurableClient } from 'durable-functions';
import type { JournalEntry } from '../domain/lifecycle/journal.ts';
import type { Effect } from '../domain/seam/effect.ts';
import type { DeploymentRecord, IndexEntry } from '../domain/seam/records.ts';
import { EVENT_STATES, type EventState, is } from '../domain/states.ts';
import { decodeStatus } from '../domain/status/decode.ts';
import { lifecycleOf } from '../durable/lifecycles.ts';
import { flush, isTold, measure, tell } from './outbox.ts';
import { rootOf, type Span, spanOf, traceOf } from './span.ts';

export interface Stay {
  state: EventState;
  /** Milliseconds since the Unix epoch, whole seconds. */
  from: number;
}

const second = (time: number): number => Math.floor(time / 1000) * 1000;

/**
 * Which states an event was in since when. A journal's entry of a change begins with the new state (domain/lifecycle/turn.ts).
 * @param begun when it began, in its first state
 */
export function staysOf(begun: number, journal: readonly JournalEntry[]): Stay[] {
  const changes = journal.flatMap(({ code, at, text }): Stay[] => {
    const state = EVENT_STATES.find((one) => text.startsWith(`${one}:`));
    return code === 'state' && state !== undefined ? [{ state, from: second(Date.parse(at)) }] : [];
  });
  return [{ state: 'scheduled', from: second(begun) }, ...changes];
}

/** Since when an event that is well again had not been well; undefined when it comes from elsewhere. */
export function unwellSince(stays: readonly Stay[], well: number): number | undefined {
  let since: number | undefined;
  for (let index = well - 1; is(stays[index]?.state, 'unwell'); index--) since = stays[index]?.from;
  return since;
}

const part = (deploymentId: string, name: string, from: number, to: number): Span => ({
  name,
  kind: 'internal',
  traceId: traceOf(deploymentId),
  spanId: spanOf(deploymentId, name, from),
  parentId: rootOf(deploymentId),
  from,
  to,
  attributes: { 'stream_control.deployment': deploymentId },
});

/** Tells of the states that these changes ended. */
function changed(deploymentId: string, stays: readonly Stay[], changes: readonly IndexEntry[]): void {
  for (const [index, { state, from }] of stays.entries()) {
    const entered = changes.some((one) => one.state === state && second(Date.parse(one.at)) === from);
    const left = stays[index - 1];
    if (!entered || left === undefined) continue;
    tell(part(deploymentId, `state ${left.state}`, left.from, from));
    const since = state === 'live' ? unwellSince(stays, index) : undefined;
    if (since === undefined) continue;
    tell(part(deploymentId, 'repair', since, from));
    measure({ metric: 'stream_control.repair_time', value: (from - since) / 1000, attributes: {} });
  }
}

export function wholeSpan({ input, certificate }: DeploymentRecord): Span {
  const { deploymentId, event, request } = input;
  const { outcome, reason, acceptedAt, liveAt, endedAt } = certificate;
  return {
    name: 'deployment',
    kind: 'server',
    traceId: traceOf(deploymentId),
    spanId: rootOf(deploymentId),
    from: Date.parse(acceptedAt),
    to: Math.max(Date.parse(acceptedAt), Date.parse(endedAt)),
    attributes: {
      'stream_control.deployment': deploymentId,
      'stream_control.event': event,
      'stream_control.environment': request.environment,
      'stream_control.template': request.template,
      'stream_control.outcome': outcome,
      ...(liveAt !== undefined && { 'stream_control.live_at': liveAt }),
    },
    ...(outcome === 'failed' && { error: reason.slice(0, 300) }),
  };
}

/** After effects were carried out. What they say of the course of an event is told; never throws. */
export async function performed(effects: readonly Effect[], durable: DurableClient): Promise<void> {
  if (!isTold()) return;
  const changes = new Map<string, IndexEntry[]>();
  let ended = false;
  for (const effect of effects) {
    if (effect.effect === 'index')
      changes.set(effect.entry.event, [...(changes.get(effect.entry.event) ?? []), effect.entry]);
    else if (effect.effect === 'learn')
      measure({
        metric: 'stream_control.deployment.ready_time',
        value: effect.run.readySeconds,
        attributes: { 'stream_control.template': effect.request.template },
      });
    else if (effect.effect === 'start' && effect.orchestration === 'record') {
      tell(wholeSpan(effect.input));
      ended = true;
    }
  }
  for (const [event, entries] of changes) await courseOf(durable, event, entries).catch(() => {});
  if (ended) await flush();
}

async function courseOf(durable: DurableClient, event: string, changes: readonly IndexEntry[]): Promise<void> {
  const { input, status } = (await lifecycleOf(durable, event)) ?? {};
  if (input === undefined || status === undefined) return;
  const { startedAt, journal } = decodeStatus(input, status);
  const ours = changes.filter(({ deploymentId }) => deploymentId === input.deploymentId);
  changed(input.deploymentId, staysOf(Date.parse(startedAt), journal), ours);
}
