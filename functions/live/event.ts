/** What a page is told of one event: its status with what commands would be answered, node by node, its journal, its mixers and relays. */

import type { DurableClient } from 'durable-functions';
import { clients } from '../../azure/clients.ts';
import type { Settings } from '../../azure/settings.ts';
import type { CommandAnswer, ComponentHealth, LiveEvent, LiveMixer, LiveRelay } from '../../contract/api/live.ts';
import { inWords } from '../../contract/problems.ts';
import { componentId } from '../../domain/component.ts';
import { admission } from '../../domain/lifecycle/admission.ts';
import { deploymentGraph } from '../../domain/plan/graph.ts';
import { is } from '../../domain/states.ts';
import { COMMANDS } from '../../domain/status/encoded.ts';
import { TOLD_COMMANDS } from '../../domain/told.ts';
import { type Lifecycle, lifecycleOf, recordOf } from '../../durable/deployments.ts';
import { healthOf } from '../../inspect/health.ts';
import { stateOf } from '../command.ts';
import { heardAgents } from '../heard.ts';
import { languageOf, mixersIn, partsIn } from '../parts.ts';
import { presentersIn } from '../source.ts';
import { controlled, toldAnswer } from '../told.ts';
import { decoded, deploymentView, eventView } from '../views.ts';
import { shared } from './shared.ts';
import type { Part } from './stream.ts';

/** Milliseconds that what mixers and relays said may be old. */
const HEARD = 1_500;

const commandsOf = (lifecycle: Lifecycle): CommandAnswer[] => [
  ...COMMANDS.map((command) => ({ command, ...admission(stateOf(lifecycle), !lifecycle.over, command) })),
  ...TOLD_COMMANDS.map((command) => ({ command, ...toldAnswer(lifecycle, command) })),
];

function componentsOf(lifecycle: Lifecycle): ComponentHealth[] {
  const { state, sick, unhealthy, remedied } = decoded(lifecycle);
  if (is(state, 'leaving')) return [];
  return partsIn(lifecycle).map(({ id: component, rule, member }) => {
    const why = unhealthy.find((each) => each.component === component);
    const healthy = is(state, 'up') ? 'healthy' : 'unknown';
    return {
      component,
      language: rule.each === 'language' ? (member.each ?? null) : null,
      health: sick.includes(component) ? 'unhealthy' : healthy,
      since: why?.since ?? null,
      reason: why?.reasons ?? null,
      alert: why?.alert ?? false,
      beingRemedied: remedied.includes(component),
    };
  });
}

export const liveEvent = (lifecycle: Lifecycle): LiveEvent => ({
  ...eventView(lifecycle),
  commands: commandsOf(lifecycle),
  components: componentsOf(lifecycle),
});

async function mixersOf(durable: DurableClient, lifecycle: Lifecycle): Promise<LiveMixer[]> {
  const mixers = mixersIn(lifecycle);
  const heard = await heardAgents(
    durable,
    lifecycle.input.deploymentId,
    mixers.map(({ id }) => id),
  );
  return mixers.map((part) => {
    const { heartbeat, desired } = heard.get(part.id) ?? {};
    const { problems, warnings, at = null, ...rest } = heartbeat ?? {};
    return {
      language: languageOf(part),
      at,
      ...rest,
      ...(problems ? { problems: problems.map(inWords) } : {}),
      ...(warnings ? { warnings: warnings.map(inWords) } : {}),
      // As mixers are answered: without keys none is to stream.
      desired: desired ? { ...desired, streaming: desired.streaming && lifecycle.input.request.keysGiven } : null,
    };
  });
}

async function relaysOf(settings: Settings, lifecycle: Lifecycle): Promise<LiveRelay[]> {
  const status = decoded(lifecycle);
  const azure = await clients(settings.subscriptionId);
  const all = await Promise.all(
    partsIn(lifecycle).map(async (part) => ({ component: part.id, seen: await healthOf(azure, part, status) })),
  );
  return all.flatMap(({ component, seen }) => (seen ? [{ component, ...seen }] : []));
}

/** Everything about an event as it is now; undefined when there is none of that name any more. */
export async function eventParts(
  durable: DurableClient,
  settings: Settings,
  name: string,
): Promise<readonly Part[] | undefined> {
  const lifecycle = await lifecycleOf(durable, name);
  if (!lifecycle) return undefined;
  const { input, ended } = lifecycle;
  const { deploymentId } = input;
  const event = liveEvent(lifecycle);
  const { soFar: _moves, ...cost } = event.cost;
  const record = ended ? await recordOf(durable, deploymentId) : undefined;
  const deployment = await deploymentView(durable, { ...lifecycle, record });
  const { progress: _alsoMoves, ...standing } = deployment;
  const { members, journal, state } = decoded(lifecycle);
  const there = members.filter(({ removed }) => !removed);
  const parts: Part[] = [
    { name: 'event', body: event, meaning: { ...event, cost } },
    { name: 'deployment', body: deployment, meaning: standing },
    { name: 'graph', body: { deploymentId, ...deploymentGraph(input.template, there) } },
    { name: 'journal', body: { deploymentId, entries: record?.journal ?? journal } },
  ];
  if (!is(state, 'hears') || event.createdAt === null) return parts;
  const [mixers, relays] = await Promise.all([
    shared(`mixers ${deploymentId} ${there.map(componentId)}`, HEARD, () => mixersOf(durable, lifecycle)),
    is(state, 'up') ? shared(`relays ${deploymentId}`, HEARD, () => relaysOf(settings, lifecycle)) : [],
  ]);
  for (const mixer of mixers) parts.push({ name: 'mixer', key: mixer.language, body: mixer });
  const taking = controlled(lifecycle)?.part.id;
  const said = relays.find(({ component }) => component === taking);
  parts.push({ name: 'relays', body: { relays, presenters: said ? presentersIn(said) : null } });
  return parts;
}
