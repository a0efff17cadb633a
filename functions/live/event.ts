/** What a page is told of one event: its status with what commands would be answered, node by node, its journal, its mixers and relays. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../../azure/clients.ts';
import { probe } from '../../azure/probe.ts';
import type { Settings } from '../../azure/settings.ts';
import type { CommandAnswer, ComponentHealth, LiveEvent, LiveMixer, LiveRelay } from '../../contract/api/live.ts';
import { inWords } from '../../contract/problems.ts';
import { admission } from '../../domain/lifecycle/admission.ts';
import { deploymentGraph } from '../../domain/plan/graph.ts';
import { componentNames } from '../../domain/plan/layout.ts';
import { is } from '../../domain/states.ts';
import { COMMANDS } from '../../domain/status/encoded.ts';
import { stateOf } from '../command.ts';
import { heardMixers } from '../heard.ts';
import { type Lifecycle, lifecycleOf, recordOf } from '../../durable/deployments.ts';
import { decoded, deploymentView, eventView } from '../views.ts';
import { shared } from './shared.ts';
import type { Part } from './stream.ts';

/** Milliseconds that what mixers and relays said may be old. */
const HEARD = 1_500;

const commandsOf = (lifecycle: Lifecycle): CommandAnswer[] =>
  COMMANDS.map((command) => ({ command, ...admission(stateOf(lifecycle), !lifecycle.over, command) }));

function componentsOf(lifecycle: Lifecycle): ComponentHealth[] {
  const { machines, state, sick, unhealthy, remedied } = decoded(lifecycle);
  const standing = machines.filter(({ removed }) => !removed);
  if (is(state, 'leaving')) return [];
  const languages = new Map(standing.map(({ language }) => [`mixer-${language}`, language]));
  return componentNames(standing).map((component) => {
    const why = unhealthy.find((each) => each.component === component);
    const healthy = is(state, 'up') ? 'healthy' : 'unknown';
    return {
      component,
      language: languages.get(component) ?? null,
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

async function mixersOf(durable: DurableClient, { input }: Lifecycle, languages: string[]): Promise<LiveMixer[]> {
  const heard = await heardMixers(durable, input.deploymentId, languages);
  return languages.map((language) => {
    const { heartbeat, desired } = heard.get(language) ?? {};
    const { problems, warnings, at = null, ...rest } = heartbeat ?? {};
    return {
      language,
      at,
      ...rest,
      ...(problems ? { problems: problems.map(inWords) } : {}),
      ...(warnings ? { warnings: warnings.map(inWords) } : {}),
      desired: desired ?? null,
    };
  });
}

async function relaysOf(settings: Settings, lifecycle: Lifecycle): Promise<LiveRelay[]> {
  const { template } = lifecycle.input;
  const { hosts } = decoded(lifecycle);
  const { transport } = await clients(settings.subscriptionId);
  return await Promise.all(
    (['relay', 'slides'] as const).map(async (component) => ({
      component,
      ...(await probe(transport, hosts[component], template[component].healthPort)),
    })),
  );
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
  const { machines, journal, state } = decoded(lifecycle);
  const languages = machines.flatMap(({ language, removed }) => (removed ? [] : [language]));
  const parts: Part[] = [
    { name: 'event', body: event, meaning: { ...event, cost } },
    { name: 'deployment', body: deployment, meaning: standing },
    { name: 'graph', body: { deploymentId, ...deploymentGraph(languages, input.template) } },
    { name: 'journal', body: { deploymentId, entries: record?.journal ?? journal } },
  ];
  if (!is(state, 'hears') || event.createdAt === null) return parts;
  const [mixers, relays] = await Promise.all([
    shared(`mixers ${deploymentId} ${languages}`, HEARD, () => mixersOf(durable, lifecycle, languages)),
    is(state, 'up') ? shared(`relays ${deploymentId}`, HEARD, () => relaysOf(settings, lifecycle)) : [],
  ]);
  for (const mixer of mixers) parts.push({ name: 'mixer', key: mixer.language, body: mixer });
  parts.push({ name: 'relays', body: { relays } });
  return parts;
}
