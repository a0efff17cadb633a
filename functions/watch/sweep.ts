/**
 * Looks after what keeps silent: nodes that died without a word, agents that stopped speaking, components that stopped
 * answering. The lifecycle has no tick of its own; this is what ends every wait.
 */

import type { DurableClient } from 'durable-functions';
import type { AzureClients } from '../../azure/clients.ts';
import { other } from '../../contract/problems.ts';
import { kindOf } from '../../domain/kinds/index.ts';
import type { Part } from '../../domain/kinds/kind.ts';
import { readStatus } from '../../domain/lifecycle/machine.ts';
import { instanceId } from '../../domain/names.ts';
import { heartbeatInterval } from '../../domain/plan/polling.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import type { EndedInstance, Message } from '../../domain/seam/message.ts';
import type { IndexEntry } from '../../domain/seam/records.ts';
import { is } from '../../domain/states.ts';
import type { DecodedStatus } from '../../domain/status/decoded.ts';
import { partsOf } from '../../domain/status/parts.ts';
import { stateOf } from '../../durable/entity.ts';
import { inTurns } from '../../durable/in-turns.ts';
import { endedInstance } from '../../durable/instances.ts';
import { type Lifecycle, lifecycleOf } from '../../durable/lifecycles.ts';
import { send } from '../../durable/send.ts';
import { type AgentState, agentEntity, isSilent, type Verdict, verdictOf } from '../../entities/agent.ts';
import { eventIndex, type IndexState } from '../../entities/event-index.ts';
import { isToBeSaid, type ListeningState, listeningEntity, listeningSince } from '../../entities/listening.ts';
import { healthOf } from '../../inspect/health.ts';
import { ports } from '../../ports/index.ts';
import { controlledIn, remindOfSource } from '../presenters.ts';
import { lookAfterBroken } from './broken.ts';

/** Milliseconds after which what runs, or is due, is asked after: most report long before. */
const QUIET = 20_000;

interface Watched {
  input: LifecycleInput;
  status: DecodedStatus;
  durable: DurableClient;
  azure: AzureClients;
  /** Since when the control plane listens; milliseconds since the Unix epoch. */
  listening: number;
}

const tell = ({ input, durable }: Watched, message: Message) => send(durable, input.event, message);

/** Instances that should have spoken by now: nodes and other work that runs, alarms that are due. */
function quiet({ deploymentId, nodes, actions, alarms }: DecodedStatus, now: number): string[] {
  const since = (time: string | undefined) => now - Date.parse(time ?? '') > QUIET;
  const work = [...nodes.filter(({ state }) => state === 'running'), ...actions];
  return [
    ...work.flatMap(({ id, attempt, startedAt }) =>
      since(startedAt) ? [instanceId.node(deploymentId, id, attempt)] : [],
    ),
    ...alarms.flatMap(({ alarm, generation, at }) =>
      since(at) ? [instanceId.alarm(deploymentId, alarm, generation)] : [],
    ),
  ];
}

/** Tells of those that have ended or were never there. What the status had no room for, the lifecycle asks after itself. */
async function nudge(watched: Watched): Promise<void> {
  const { status, durable } = watched;
  const ended: EndedInstance[] = [];
  await inTurns(quiet(status, ports().now()), async (id) => {
    const found = await endedInstance(durable, id);
    if (found) ended.push(found);
  });
  if (ended.length > 0 || status.unsettled > 0)
    await tell(watched, { type: 'nudge', deploymentId: status.deploymentId, ended });
}

/**
 * Compares what an agent says, or that it says nothing, with what the event holds of it, and tells the difference: the door of
 * the heartbeats tells each change once, and what is told once can be lost.
 */
async function listen(watched: Watched, part: Part, heartbeatSeconds: number): Promise<void> {
  const { input, status, durable } = watched;
  const component = part.id;
  const entity = agentEntity(status.deploymentId, component);
  const entityState = await stateOf<AgentState>(durable, entity);
  const heartbeat = entityState?.heartbeat;
  if (!heartbeat) return;
  const now = ports().now();
  const interval = heartbeatInterval(heartbeatSeconds, input.installation.timeScale, status.members.length) * 1000;
  const silent = isSilent(heartbeat, interval, now, watched.listening);
  const verdict: Verdict = silent
    ? { healthy: false, problems: [{ code: 'unheard', since: heartbeat.at }] }
    : verdictOf(heartbeat);
  if (verdict.healthy === !status.sick.includes(component)) return;
  if (silent) await durable.signalEntity(entity, 'tell', verdict);
  const at = silent ? new Date(now).toISOString() : heartbeat.at;
  await tell(watched, { type: 'health', deploymentId: status.deploymentId, component, ...verdict, at });
}

/** What is being stopped or started by us is silent because of that; its checks speak when it is up again. */
const isPowering = ({ status }: Watched): boolean =>
  status.operations.some(({ command }) => command === 'pause' || command === 'resume');

/** A relay that was started anew has forgotten which presenter people want. */
async function remind({ input, status, durable, azure }: Watched, part: Part, health: Record<string, unknown>) {
  const relay = controlledIn(partsOf(input, status), status);
  if (relay?.part.id !== part.id) return;
  const { deploymentId } = status;
  await remindOfSource({ durable, azure, deploymentId, vaults: input.installation }, relay, health);
}

/** A component that does not answer twice in a row, or answers again. */
async function knock(watched: Watched, part: Part): Promise<void> {
  const { status, azure } = watched;
  const first = await healthOf(azure, part, status);
  const seen = first?.healthy === false ? await healthOf(azure, part, status) : first;
  if (seen?.healthy) await remind(watched, part, seen.health);
  if (!seen || seen.healthy !== status.sick.includes(part.id)) return;
  await tell(watched, {
    type: 'health',
    deploymentId: status.deploymentId,
    component: part.id,
    healthy: seen.healthy,
    problems: seen.healthy ? [] : [other(seen.reason)],
    at: new Date(ports().now()).toISOString(),
  });
}

/** The list says what the lifecycle says: a word to it can be lost. */
async function relist(entry: IndexEntry, lifecycle: Lifecycle, durable: DurableClient): Promise<void> {
  const state = lifecycle.status?.s;
  if (state === undefined || (state === entry.state && lifecycle.over === (entry.over ?? false))) return;
  const at = new Date(ports().now()).toISOString();
  const { over: _before, ...rest } = entry;
  const now: IndexEntry = { ...rest, state, at, ...(lifecycle.over ? { over: true } : {}) };
  await durable.signalEntity(eventIndex, 'put', now);
}

async function lookAfter(
  entry: IndexEntry,
  durable: DurableClient,
  azure: AzureClients,
  listening: number,
): Promise<void> {
  const lifecycle = await lifecycleOf(durable, entry.event);
  if (!lifecycle || lifecycle.input.deploymentId !== entry.deploymentId) return;
  if (lifecycle.broken) {
    await lookAfterBroken(entry, lifecycle, durable);
    return;
  }
  const { input, status: encoded } = lifecycle;
  await relist(entry, lifecycle, durable);
  if (!encoded || lifecycle.ended) return;
  const watched = { input, status: readStatus(input, encoded), durable, azure, listening };
  await nudge(watched);
  if (!is(watched.status.state, 'up') || isPowering(watched)) return;
  await inTurns(partsOf(input, watched.status), async (part) => {
    const heartbeatSeconds = kindOf(part.rule).heartbeat(part.rule);
    if (heartbeatSeconds !== undefined) await listen(watched, part, heartbeatSeconds);
    await knock(watched, part);
  });
}

/**
 * Looks after every event of the index; one that cannot be looked at does not keep the others waiting.
 * @returns what went wrong, by event
 */
export async function sweep(durable: DurableClient, azure: AzureClients): Promise<Record<string, string>> {
  const entityState = await stateOf<IndexState>(durable, eventIndex);
  const entries = Object.values(entityState?.events ?? {}).filter(({ over }) => !over);
  const problems: Record<string, string> = {};
  if (entries.length === 0) return problems;
  const now = ports().now();
  const listened = await stateOf<ListeningState>(durable, listeningEntity);
  const listening = listeningSince(listened, now) ?? now;
  if (isToBeSaid(listened, now)) await durable.signalEntity(listeningEntity, 'listen', now);
  await inTurns(entries, async (entry) => {
    await lookAfter(entry, durable, azure, listening).catch((error: unknown) => {
      problems[entry.event] = error instanceof Error ? error.message : String(error);
    });
  });
  return problems;
}
