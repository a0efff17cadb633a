/**
 * The agent on a simulated mixer: what it reads at boot, what it says, what it obeys. Driven by the VM's power state and by
 * faults only; the control plane may answer anything, also 404 or nothing. test/conformance/agents holds it to the real one.
 */

import { hear, newMemory, type Reply, remember, secondsToNext } from '../../contract/agent.ts';
import { HEARTBEAT_ROUTE, type Report } from '../../contract/heartbeat.ts';
import { type Problem, SOURCES } from '../../contract/problems.ts';
import type { UserData } from '../../contract/user-data.ts';
import { noteLevel } from '../azure/compute/vm-history.ts';
import { isUp, stateOf } from '../azure/compute/vm-state.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { OutboundAnswer } from '../azure/core/outside.ts';
import type { Sim } from '../azure/core/sim.ts';
import { type AgentState, agentOf } from './agent-state.ts';
import { configOf } from './config.ts';
import type { Uses } from './facets.ts';
import { insideOf } from './faults.ts';
import { beginShowing } from './pictures.ts';
import { hasWayOut, identityToken, proof, readSecret } from './reach.ts';
import { sourceState } from './sources.ts';

export const BEAT = 'machines.beat';
/** Milliseconds of the simulated world that a source may be silent before the agent complains, as on the real mixer. */
const SOURCE_PATIENCE = 90_000;

/** `seconds` of wall clock, which the scheduler would otherwise divide by the time scale. */
const wall = (sim: Sim<'time'>, seconds: number): number => seconds * sim.time.scale;

/** The machine is up and its services start: the first heartbeat follows at once. */
export function boot(sim: Sim<Uses>, id: string, boots: number): void {
  const vm = sim.resources.get(id);
  if (!vm || !isUp(vm) || stateOf(vm).boots !== boots) return;
  // A restart heals what was broken inside in an earlier boot; what took hold since the power came on stays.
  if (insideOf(vm).boots !== boots) delete vm.hidden.inside;
  const config = configOf(vm);
  if (!config) {
    delete vm.hidden.agent;
    sim.resources.save(vm);
    return;
  }
  const before = agentOf(vm);
  const agent: AgentState = {
    boots,
    startedAt: sim.time.now(),
    wanted: false,
    scene: 'programme',
    memory: { ...newMemory(config.heartbeatSeconds) },
    silentSince: {},
    streaming: false,
    reconnects: before?.reconnects ?? 0,
    droppedFrames: 0,
    hasKey: false,
  };
  vm.hidden.agent = agent;
  beat(sim, { id, boots });
}

function readKey(
  sim: Sim<'account' | 'time' | 'chance' | 'draws' | 'store' | 'resources' | 'faults' | 'settings'>,
  vm: Resource,
  agent: AgentState,
  config: UserData,
): void {
  const token = identityToken(sim, vm, config.identityClientId);
  const key = readSecret(sim, config.vaultUrl, config.secrets.streamKey, token);
  delete agent.fault;
  if (key === 'absent') agent.fault = 'stream-key-absent';
  else if (key === 'refused') agent.fault = 'vault-unreadable';
  else agent.hasKey = true;
}

/** One heartbeat; the next is planned before this one is sent, so that nothing that happens to it stops the rest. */
export function beat(sim: Sim<Uses>, data: JsonObject): void {
  const vm = sim.resources.get(String(data.id));
  const agent = vm && agentOf(vm);
  const config = vm && configOf(vm);
  if (!vm || !agent || !config || !isUp(vm) || agent.boots !== data.boots) return;
  agent.job = sim.jobs.schedule(BEAT, wall(sim, secondsToNext(agent.memory)), { id: vm.id, boots: agent.boots });
  const body = report(sim, vm, agent, config);
  sim.resources.save(vm);
  if (insideOf(vm).silent !== undefined || !hasWayOut(sim, vm)) return;
  const token = proof(sim, vm, config);
  if (!token) return;
  const request = {
    method: 'POST',
    url: new URL(`/${HEARTBEAT_ROUTE}`, config.controlPlaneUrl).href,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  // Refused or lost: the next heartbeat is planned already.
  sim.outside.call(
    request,
    (answer) => obey(sim, vm.id, agent.boots, answer),
    () => {},
  );
}

function report(
  sim: Sim<'account' | 'time' | 'chance' | 'draws' | 'store' | 'resources' | 'operations' | 'faults' | 'settings'>,
  vm: Resource,
  agent: AgentState,
  config: UserData,
): Report & JsonObject {
  const restarted = Number(vm.hidden.restartedAt ?? 0);
  if (restarted > agent.startedAt) restartProgram(sim, vm, agent);
  const inside = insideOf(vm);
  const broken = inside.unhealthy !== undefined || inside.crashing !== undefined;
  const sources = { programme: sourceState(sim, config.programme), slides: sourceState(sim, config.slides) };
  if (agent.wanted && !agent.hasKey && !broken) readKey(sim, vm, agent, config);
  const streaming = agent.wanted && agent.hasKey && !broken;
  if (agent.streaming && !streaming) agent.reconnects++;
  if (inside.crashing !== undefined) agent.reconnects++;
  agent.streaming = streaming;
  noteLevel(vm, sim.time.now(), broken ? 'broken' : streaming ? 'busy' : 'idle');
  const unit = sim.chance.uniform(
    'dropped frames',
    vm.id.toLowerCase(),
    agent.startedAt,
    Math.floor(sim.time.now() / 1000),
  );
  if (streaming) agent.droppedFrames += unit < 0.02 ? Math.ceil(unit * 500) : 0;
  return {
    deploymentId: config.deploymentId,
    language: config.language,
    ...(config.component === undefined ? {} : { component: config.component }),
    streaming,
    scene: agent.scene,
    reconnects: agent.reconnects,
    droppedFrames: agent.droppedFrames,
    sources,
    problems: [...ofProgram(agent, broken), ...(broken ? [] : ofSources(sim, agent, sources))],
    // What is missing for a start is no problem of a stream that runs.
    warnings: agent.fault && streaming ? [{ code: agent.fault }] : [],
  };
}

function ofProgram({ streaming, fault }: AgentState, broken: boolean): Problem[] {
  return [
    ...(fault && !streaming ? [{ code: fault }] : []),
    ...(broken ? [{ code: 'program-not-running' } as const] : []),
  ];
}

function ofSources(sim: Sim<'time'>, agent: AgentState, sources: Report['sources']): Problem[] {
  return SOURCES.flatMap((source) => {
    if (sources[source] === 'alive') delete agent.silentSince[source];
    else agent.silentSince[source] = Math.max(agent.silentSince[source] ?? sim.time.now(), agent.startedAt);
    const silentFor = sim.time.now() - (agent.silentSince[source] ?? sim.time.now());
    return silentFor * sim.time.scale > SOURCE_PATIENCE ? [{ code: 'source-silent' as const, source }] : [];
  });
}

function restartProgram(sim: Sim<'time'>, vm: Resource, agent: AgentState): void {
  agent.startedAt = sim.time.now();
  agent.droppedFrames = 0;
  agent.reconnects++;
  delete vm.hidden.inside;
}

/** Does what the control plane wants. */
function obey(sim: Sim<Uses>, id: string, boots: number, answer: OutboundAnswer): void {
  const vm = sim.resources.get(id);
  const agent = vm && agentOf(vm);
  const config = vm && configOf(vm);
  if (!vm || !agent || !config || agent.boots !== boots) return;
  const heard = hear(answer.status, answer.body);
  const before = secondsToNext(agent.memory);
  const { memory, orders } = remember(agent.memory, heard);
  agent.memory = { ...memory };
  if (heard.heard === 'gone') agent.wanted = false;
  if (heard.heard === 'reply') follow(agent, heard.reply);
  if (orders.restart) restartProgram(sim, vm, agent);
  if (orders.reread) readKey(sim, vm, agent, config);
  const next = secondsToNext(memory);
  const showing = heard.heard === 'reply' ? heard.reply.pictureSeconds : undefined;
  if (next !== before && agent.job) {
    sim.jobs.cancel(agent.job);
    agent.job = sim.jobs.schedule(BEAT, wall(sim, next), { id: vm.id, boots });
  }
  sim.resources.save(vm);
  if (showing !== undefined) beginShowing(sim, id, boots, showing);
}

function follow(agent: AgentState, { streaming, scene }: Reply): void {
  agent.wanted = streaming ?? agent.wanted;
  agent.scene = scene ?? agent.scene;
}
