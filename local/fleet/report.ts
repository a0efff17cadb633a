/** What a simulated agent says of itself. */
import type { Report } from '../../contract/heartbeat.ts';
import type { Problem, Source } from '../../contract/problems.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import type { AgentState } from './agent-state.ts';
import type { Uses } from './facets.ts';
import { type Condition, homeOf } from './homes.ts';
import { identityToken, readSecret } from './reach.ts';
import { sourceState } from './sources.ts';
import type { Told } from './told.ts';

/** Milliseconds of the simulated world that a source may be silent before the agent complains, as on the real mixer. */
const SOURCE_PATIENCE = 90_000;
/** What a destination accepts per second of the simulated world, and how long it takes until it accepts anything. */
const ACCEPTED = { pictures: 25, sounds: 47, bytes: 640_000 };
const CONNECTS_MS = 1_500;

/** Looks for the stream key in the vault. */
export function readKey(sim: Sim<Uses>, place: Resource, agent: AgentState, told: Told): void {
  const token = identityToken(sim, place, told.identityClientId);
  const key = readSecret(sim, told.vaultUrl, told.secrets.streamKey, token);
  delete agent.fault;
  if (key === 'absent') agent.fault = 'stream-key-absent';
  else if (key === 'refused') agent.fault = 'vault-unreadable';
  else agent.hasKey = true;
}

export function restartProgram(sim: Sim<'time'>, place: Resource, agent: AgentState): void {
  agent.startedAt = sim.time.now();
  agent.droppedFrames = 0;
  agent.reconnects++;
  agent.accepted.until = sim.time.now();
  homeOf(place).mend(place);
}

export function report(
  sim: Sim<Uses>,
  place: Resource,
  agent: AgentState,
  told: Told,
  before: Condition,
): Report & JsonObject {
  const home = homeOf(place);
  const restarted = home.restartedAt(place) > agent.startedAt;
  if (restarted) restartProgram(sim, place, agent);
  const { broken, crashing, refusal } = restarted ? home.condition(sim, place) : before;
  const sources = Object.fromEntries(
    Object.entries(told.sources).map(([source, endpoint]) => [source, sourceState(sim, endpoint)]),
  );
  if (agent.wanted && !agent.hasKey && (told.light || !broken)) readKey(sim, place, agent, told);
  const streaming = agent.wanted && agent.hasKey && !broken && refusal === undefined;
  if (agent.streaming && !streaming) agent.reconnects++;
  if (crashing) agent.reconnects++;
  agent.streaming = streaming;
  home.note(place, sim.time.now(), broken ? 'broken' : streaming ? 'busy' : 'idle');
  const unit = sim.chance.uniform(
    'dropped frames',
    place.id.toLowerCase(),
    agent.startedAt,
    Math.floor(sim.time.now() / 1000),
  );
  if (streaming) agent.droppedFrames += unit < 0.02 ? Math.ceil(unit * 500) : 0;
  if (told.light) accept(sim, agent, streaming && sources.programme === 'alive');
  const { pictures, sounds, bytes } = agent.accepted;
  return {
    deploymentId: told.deploymentId,
    language: told.language,
    ...(told.component === undefined ? {} : { component: told.component }),
    streaming,
    scene: told.light ? null : agent.scene,
    reconnects: agent.reconnects,
    droppedFrames: agent.droppedFrames,
    ...(told.light ? { acceptedPictures: pictures, acceptedSounds: sounds, acceptedBytes: bytes } : {}),
    sources,
    problems: [
      ...ofProgram(agent, told, { broken, ...(refusal === undefined ? {} : { refusal }) }),
      ...(broken ? [] : ofSources(sim, agent, sources)),
    ],
    // What is missing for a start is no problem of a stream that runs.
    warnings: agent.fault && streaming ? [{ code: agent.fault }] : [],
  };
}

/** Counts what the destination has accepted since the last word. */
function accept(sim: Sim<'time'>, { accepted }: AgentState, flows: boolean): void {
  const now = sim.time.now();
  const seconds = ((now - accepted.until) * sim.time.scale - CONNECTS_MS) / 1000;
  if (flows && seconds > 0) {
    accepted.pictures += Math.ceil(seconds * ACCEPTED.pictures);
    accepted.sounds += Math.ceil(seconds * ACCEPTED.sounds);
    accepted.bytes += Math.ceil(seconds * ACCEPTED.bytes);
  }
  accepted.until = flows ? now - CONNECTS_MS / sim.time.scale : now;
}

function ofProgram(
  { streaming, fault, wanted, hasKey }: AgentState,
  { light }: Told,
  { broken, refusal }: { broken: boolean; refusal?: string },
): Problem[] {
  const sends = wanted && hasKey;
  return [
    ...(fault && !streaming ? [{ code: fault }] : []),
    ...(refusal !== undefined && sends ? [{ code: 'stream-refused', reason: refusal } as const] : []),
    ...(broken && (refusal === undefined || !light)
      ? [{ code: light ? 'stream-not-connected' : 'program-not-running' } as const]
      : []),
  ];
}

function ofSources(sim: Sim<'time'>, agent: AgentState, sources: Report['sources']): Problem[] {
  return Object.entries(sources).flatMap(([name, state]) => {
    const source = name as Source;
    if (state === 'alive') delete agent.silentSince[source];
    else agent.silentSince[source] = Math.max(agent.silentSince[source] ?? sim.time.now(), agent.startedAt);
    const silentFor = sim.time.now() - (agent.silentSince[source] ?? sim.time.now());
    return silentFor * sim.time.scale > SOURCE_PATIENCE ? [{ code: 'source-silent' as const, source }] : [];
  });
}
