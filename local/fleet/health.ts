/** What answers inside the simulated container groups: the health page of a relay, by the group's public name. */
import { PREVIEW_ROUTE, SOURCE_ROUTE } from '../../contract/relay-control.ts';
import type { RelayHealth } from '../../contract/relay-health.ts';
import { SEALED_ROUTE } from '../../contract/sealed.ts';
import { containersOf, lifeOf } from '../azure/container-instance/instance-view.ts';
import { groupState, moment } from '../azure/container-instance/life.ts';
import { groupAt, isPublicName } from '../azure/container-instance/reach.ts';
import { ArmError } from '../azure/core/errors.ts';
import { ConnectionLost, type SimRequest, type SimResponse, Text } from '../azure/core/http.ts';
import type { Resource } from '../azure/core/model.ts';
import type { HostRoute } from '../azure/core/provider.ts';
import type { Sim } from '../azure/core/sim.ts';
import { answerSealed } from './access.ts';
import { presentersOf, provedAt, switchSource, tracksOf, wishesOf } from './relay.ts';
import { hueOf, picture, speech } from './scene.ts';
import { callersOf } from './sources.ts';

/** Azure seconds after a start until the simulated encoder is connected, as a person would have it running already. */
const ENCODER_CONNECTS = 5;
/** Bits per second of the simulated encoder, around which the real value moves. */
const BITRATE = 6_000_000;

/** Pixels of a relay's picture (contract/relay-control.ts). */
const PREVIEW_WIDTH = 320;

/** Of what a relay says, what a simulated one knows. */
type Said = Pick<RelayHealth, 'source' | 'callers' | 'restarts' | 'presenters' | 'tracks' | 'wishes'> & {
  input: Pick<RelayHealth['input'], 'connected' | 'bitrate'>;
};

/** Body and status of `GET /health` of a running group; undefined when nothing answers. */
function healthOf(
  sim: Sim<'time' | 'chance' | 'resources' | 'operations'>,
  group: Resource,
): { healthy: boolean; run: string; body: Said } | undefined {
  const life = lifeOf(sim, group);
  const now = sim.time.now();
  const first = containersOf(group)[0];
  if (!first || groupState(life, now) !== 'Running') return undefined;
  const inside = moment(life, now, first);
  if (inside.state !== 'Running' || (life.silentFrom !== undefined && now >= life.silentFrom)) return undefined;
  const healthy = life.unhealthyFrom === undefined || now < life.unhealthyFrom;
  const connected = healthy && now - life.startedAt >= ENCODER_CONNECTS * life.second;
  const callers = callersOf(sim, group);
  const tracks = tracksOf(connected);
  const wobble = sim.chance.uniform('bitrate', group.id.toLowerCase(), Math.floor(now / 1000)) - 0.5;
  const bitrate = connected ? Math.round(BITRATE * (1 + wobble / 10)) : 0;
  const run = `${life.startedAt} ${inside.restarts}`;
  return {
    healthy,
    run,
    body: {
      input: { connected, bitrate },
      source: connected ? 'programme' : 'slate',
      presenters: presentersOf(sim, group, { run, connected, bitrate }),
      tracks,
      wishes: wishesOf(callers, tracks),
      callers: callers.length,
      restarts: inside.restarts,
    },
  };
}

const secondsOf = (sim: Sim<'time'>): number => sim.time.now() / 1000;

/** The tracks with their levels, as somebody asks for them: each interpreter speaks at times of their own. */
const levelled = (sim: Sim<'time' | 'chance'>, group: Resource, { tracks }: Said): RelayHealth['tracks'] =>
  tracks.map((one) => {
    const key = one.track === 1 ? group.id.toLowerCase() : `${group.id.toLowerCase()} ${one.track}`;
    const peakDb = speech(secondsOf(sim), sim.chance.uniform('level', key, Math.floor(secondsOf(sim))));
    return { ...one, peakDb, loudnessLufs: peakDb };
  });

function preview(sim: Sim<'time'>, group: Resource, { input }: Said): SimResponse {
  const look = input.connected ? 'moving' : 'still';
  const scene = { width: PREVIEW_WIDTH, hue: hueOf(group.name), seconds: secondsOf(sim), look } as const;
  return { status: 200, body: new Text(picture(scene), 'image/png') };
}

type Needs = 'time' | 'chance' | 'store' | 'resources' | 'operations';

export const healthHost: HostRoute<Needs> = {
  matches: (host, sim) => isPublicName(host) || groupAt(sim, host) !== undefined,
  handle(sim: Sim<Needs>, request: SimRequest): SimResponse {
    const group = groupAt(sim, request.url.host);
    const health = group && healthOf(sim, group);
    // Nothing listens there: a refused connection and a packet dropped on the way look the same from here.
    if (!health) throw new ConnectionLost();
    const { pathname, searchParams } = request.url;
    if (pathname === SOURCE_ROUTE) return switchSource(sim, group, request, { run: health.run, ...health.body.input });
    if (pathname === SEALED_ROUTE) return answerSealed(sim, group, request);
    if (pathname !== '/health' && pathname !== PREVIEW_ROUTE)
      throw new ArmError(404, 'NotFound', `There is no ${pathname} here; ask /health.`);
    if (request.method !== 'GET') throw new ArmError(405, 'MethodNotAllowed', 'Only GET is answered here.');
    if (pathname === PREVIEW_ROUTE)
      return provedAt(sim, group, request) === undefined
        ? { status: 401, body: { status: 401 } }
        : preview(sim, group, health.body);
    const levels = searchParams.has('levels') ? { tracks: levelled(sim, group, health.body) } : {};
    return { status: health.healthy ? 200 : 503, body: { ...health.body, ...levels } };
  },
};
