/**
 * The agent on a simulated mixer, or the light mixer in a simulated container: what it is told at its start, what it says, what it
 * obeys. Driven by the power of what it runs in and by faults only; the control plane may answer anything, also 404 or nothing.
 * test/conformance/agents holds it to the real ones.
 */

import { hear, newMemory, type Reply, remember, secondsToNext } from '../../contract/agent.ts';
import { HEARTBEAT_ROUTE } from '../../contract/heartbeat.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { OutboundAnswer } from '../azure/core/outside.ts';
import type { Sim } from '../azure/core/sim.ts';
import { type AgentState, agentOf } from './agent-state.ts';
import type { Uses } from './facets.ts';
import { insideOf, takeRefusal } from './faults.ts';
import { homeOf } from './homes.ts';
import { beginShowing } from './pictures.ts';
import { proof } from './reach.ts';
import { readKey, report, restartProgram } from './report.ts';
import { toldOf } from './told.ts';

export const BEAT = 'machines.beat';

/** `seconds` of wall clock, which the scheduler would otherwise divide by the time scale. */
const wall = (sim: Sim<'time'>, seconds: number): number => seconds * sim.time.scale;

/** What it runs in is up and its services start: the first heartbeat follows at once. */
export function boot(sim: Sim<Uses>, id: string, start: number): void {
  const place = sim.resources.get(id);
  if (!place || homeOf(place).startOf(sim, place) !== start) return;
  // A restart heals what was broken inside in an earlier boot; what took hold since the power came on stays.
  if (insideOf(place).boots !== start) delete place.hidden.inside;
  const told = toldOf(place);
  if (!told) {
    delete place.hidden.agent;
    sim.resources.save(place);
    return;
  }
  const before = agentOf(place);
  const agent: AgentState = {
    start,
    startedAt: sim.time.now(),
    wanted: false,
    scene: 'programme',
    memory: { ...newMemory(told.heartbeatSeconds) },
    silentSince: {},
    streaming: false,
    reconnects: told.light ? 0 : (before?.reconnects ?? 0),
    droppedFrames: 0,
    hasKey: false,
    ...(told.audio === undefined ? {} : { audio: told.audio }),
    accepted: { pictures: 0, sounds: 0, bytes: 0, until: sim.time.now() },
  };
  place.hidden.agent = agent;
  beat(sim, { id, start });
}

/** One heartbeat; the next is planned before this one is sent, so that nothing that happens to it stops the rest. */
export function beat(sim: Sim<Uses>, data: JsonObject): void {
  const place = sim.resources.get(String(data.id));
  const agent = place && agentOf(place);
  const told = place && toldOf(place);
  if (!place || !agent || !told || agent.start !== data.start) return;
  const home = homeOf(place);
  if (home.startOf(sim, place) !== agent.start) return;
  agent.job = sim.jobs.schedule(BEAT, wall(sim, secondsToNext(agent.memory)), { id: place.id, start: agent.start });
  const condition = home.condition(sim, place);
  const body = condition.dead ? undefined : report(sim, place, agent, told, condition);
  sim.resources.save(place);
  if (!body || condition.silent || !home.isOpen(sim, place)) return;
  const token = proof(sim, place, told);
  if (!token) return;
  const request = {
    method: 'POST',
    url: new URL(`/${HEARTBEAT_ROUTE}`, told.controlPlaneUrl).href,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  // Refused or lost: the next heartbeat is planned already.
  sim.outside.call(
    request,
    (answer) => obey(sim, place.id, agent.start, answer),
    () => {},
  );
}

/** Does what the control plane wants. */
function obey(sim: Sim<Uses>, id: string, start: number, answer: OutboundAnswer): void {
  const place = sim.resources.get(id);
  const agent = place && agentOf(place);
  const told = place && toldOf(place);
  if (!place || !agent || !told || agent.start !== start) return;
  const heard = hear(answer.status, answer.body);
  const before = secondsToNext(agent.memory);
  const { memory, orders } = remember(agent.memory, heard);
  agent.memory = { ...memory };
  if (heard.heard === 'gone') agent.wanted = false;
  if (heard.heard === 'reply') follow(sim, agent, heard.reply);
  if (orders.restart) restartProgram(sim, place, agent);
  if (orders.reread) {
    readKey(sim, place, agent, told);
    // Another key may be taken.
    if (takeRefusal(place)) homeOf(place).mend(place);
  }
  const next = secondsToNext(memory);
  const showing = heard.heard === 'reply' ? heard.reply.pictureSeconds : undefined;
  if (next !== before && agent.job) {
    sim.jobs.cancel(agent.job);
    agent.job = sim.jobs.schedule(BEAT, wall(sim, next), { id: place.id, start });
  }
  sim.resources.save(place);
  if (showing !== undefined) beginShowing(sim, id, start, showing);
}

function follow(sim: Sim<'time'>, agent: AgentState, { streaming, scene, audio }: Reply): void {
  if (streaming && !agent.wanted) agent.accepted.until = sim.time.now();
  agent.wanted = streaming ?? agent.wanted;
  agent.scene = scene ?? agent.scene;
  if (audio !== undefined) agent.audio = audio;
}
