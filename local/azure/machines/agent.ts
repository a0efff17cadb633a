/**
 * The agent on a simulated mixer: what it reads at boot, what it says, what it obeys. Driven by the VM's power state and by
 * faults only; the control plane may answer anything, also 404 or nothing.
 */
import { noteLevel } from '../compute/vm-history.ts';
import { isUp, stateOf } from '../compute/vm-state.ts';
import type { JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { OutboundAnswer, Sim } from '../core/sim.ts';
import { type AgentState, agentOf } from './agent-state.ts';
import { configOf, type MixerConfig } from './config.ts';
import { insideOf } from './faults.ts';
import { hasWayOut, identityToken, readSecret } from './reach.ts';
import { sourceState } from './sources.ts';

export const BEAT = 'machines.beat';
/** A control plane that says nothing usable, or that the deployment is gone, is asked this much less often. */
const PATIENCE = 4;

/** Milliseconds of the simulated world that a source may be silent before the agent complains, as on the real mixer. */
const SOURCE_PATIENCE = 90_000;

/** `seconds` of wall clock, which the scheduler would otherwise divide by the time scale. */
const wall = (sim: Sim, seconds: number): number => seconds * sim.timeScale;

/** The machine is up and its services start: the first heartbeat follows at once. */
export function boot(sim: Sim, id: string, boots: number): void {
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
    startedAt: sim.now(),
    wanted: false,
    scene: 'programme',
    intervalSeconds: config.heartbeatSeconds,
    streaming: false,
    reconnects: before?.reconnects ?? 0,
    droppedFrames: 0,
    hasKey: false,
  };
  vm.hidden.agent = agent;
  readKey(sim, vm, agent, config);
  beat(sim, { id, boots });
}

function readKey(sim: Sim, vm: Resource, agent: AgentState, config: MixerConfig): void {
  const token = identityToken(sim, vm, config.identityClientId);
  agent.hasKey = Boolean(readSecret(sim, config.vaultUrl, config.secrets.streamKey, token));
}

/** One heartbeat; the next is planned before this one is sent, so that nothing that happens to it stops the rest. */
export function beat(sim: Sim, data: JsonObject): void {
  const vm = sim.resources.get(String(data.id));
  const agent = vm && agentOf(vm);
  const config = vm && configOf(vm);
  if (!vm || !agent || !config || !isUp(vm) || agent.boots !== data.boots) return;
  agent.job = sim.schedule(BEAT, wall(sim, agent.intervalSeconds), { id: vm.id, boots: agent.boots });
  const body = report(sim, vm, agent, config);
  sim.resources.save(vm);
  if (insideOf(vm).silent !== undefined || !hasWayOut(sim, vm)) return;
  const token = proof(sim, vm, config);
  if (!token) return;
  const request = {
    method: 'POST',
    url: `${config.controlPlaneUrl.replace(/\/$/, '')}/api/agents/heartbeat`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  sim.send(request).then(
    (answer) => sim.transact(() => obey(sim, vm.id, agent.boots, answer)),
    () => {
      // Refused or lost: the next heartbeat is planned already.
    },
  );
}

/** The deployment's token where there is one, else a token of the machine's identity. */
function proof(sim: Sim, vm: Resource, config: MixerConfig): string | undefined {
  const token = identityToken(sim, vm, config.identityClientId);
  return config.secrets.agentToken ? readSecret(sim, config.vaultUrl, config.secrets.agentToken, token) : token;
}

function report(sim: Sim, vm: Resource, agent: AgentState, config: MixerConfig): JsonObject {
  const inside = insideOf(vm);
  const restarted = Number(vm.hidden.restartedAt ?? 0);
  if (restarted > agent.startedAt) restartProgram(sim, vm, agent);
  const programme = config.programme && sourceState(sim, config.programme);
  const slides = config.slides && sourceState(sim, config.slides);
  const problems: string[] = [];
  if (inside.unhealthy !== undefined) problems.push('the mixing program does not answer');
  if (inside.crashing !== undefined) problems.push('the mixing program ends again and again');
  if (programme === 'lost') agent.lostAt = Math.max(agent.lostAt ?? sim.now(), agent.startedAt);
  else delete agent.lostAt;
  const silentFor = sim.now() - (agent.lostAt ?? sim.now());
  if (silentFor * sim.timeScale > SOURCE_PATIENCE) problems.push('the programme source is silent');
  const broken = inside.unhealthy !== undefined || inside.crashing !== undefined;
  const streaming = agent.wanted && agent.hasKey && !broken;
  if (agent.streaming && !streaming) agent.reconnects++;
  if (inside.crashing !== undefined) agent.reconnects++;
  agent.streaming = streaming;
  noteLevel(vm, sim.now(), broken ? 'broken' : streaming ? 'streaming' : 'idle');
  const unit = sim.chance.uniform('dropped frames', vm.id.toLowerCase(), agent.startedAt, Math.floor(sim.now() / 1000));
  if (streaming) agent.droppedFrames += unit < 0.02 ? Math.ceil(unit * 500) : 0;
  return {
    deploymentId: config.deploymentId,
    language: config.language,
    streaming,
    scene: programme === 'lost' ? 'slate' : agent.scene,
    reconnects: agent.reconnects,
    droppedFrames: agent.droppedFrames,
    sources: { ...(programme ? { programme } : {}), ...(slides ? { slides } : {}) },
    problems,
  };
}

function restartProgram(sim: Sim, vm: Resource, agent: AgentState): void {
  agent.startedAt = sim.now();
  agent.droppedFrames = 0;
  agent.reconnects++;
  delete vm.hidden.inside;
}

/** Does what the control plane wants: stream or not, restart once, read the key again once, beat faster or slower. */
function obey(sim: Sim, id: string, boots: number, answer: OutboundAnswer): void {
  const vm = sim.resources.get(id);
  const agent = vm && agentOf(vm);
  const config = vm && configOf(vm);
  if (!vm || !agent || !config || agent.boots !== boots) return;
  const reply = answer.status === 200 ? parse(answer.body) : undefined;
  const before = agent.intervalSeconds;
  if (reply) {
    agent.heardAt = sim.now();
    if (typeof reply.streaming === 'boolean') agent.wanted = reply.streaming;
    if (typeof reply.scene === 'string') agent.scene = reply.scene;
    if (typeof reply.restartId === 'string' && reply.restartId !== agent.restartId) {
      agent.restartId = reply.restartId;
      restartProgram(sim, vm, agent);
    }
    if (typeof reply.rereadId === 'string' && reply.rereadId !== agent.rereadId) {
      agent.rereadId = reply.rereadId;
      readKey(sim, vm, agent, config);
    }
    const wished = reply.intervalSeconds;
    if (typeof wished === 'number' && wished > 0) agent.intervalSeconds = wished;
  } else if (answer.status === 404 || answer.status === 410) {
    agent.wanted = false;
    agent.intervalSeconds = config.heartbeatSeconds * PATIENCE;
  }
  if (agent.intervalSeconds !== before && agent.job) {
    sim.cancel(agent.job);
    agent.job = sim.schedule(BEAT, wall(sim, agent.intervalSeconds), { id: vm.id, boots });
  }
  sim.resources.save(vm);
}

function parse(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
