/** What answers inside the simulated container groups: the health page of a relay, by the group's public name. */
import { SILENCE } from '../../contract/pictures.ts';
import { PREVIEW_ROUTE } from '../../contract/relay-control.ts';
import type { RelayHealth } from '../../contract/relay-health.ts';
import { containersOf, lifeOf } from '../azure/container-instance/instance-view.ts';
import { groupState, moment } from '../azure/container-instance/life.ts';
import { groupAt, isPublicName } from '../azure/container-instance/reach.ts';
import { ArmError } from '../azure/core/errors.ts';
import { ConnectionLost, type SimRequest, type SimResponse, Text } from '../azure/core/http.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { HostRoute } from '../azure/core/provider.ts';
import type { Sim } from '../azure/core/sim.ts';
import { hueOf, picture, speech } from './scene.ts';
import { callersOf } from './sources.ts';

/** Azure seconds after a start until the simulated encoder is connected, as a person would have it running already. */
const ENCODER_CONNECTS = 5;
/** Bits per second of the simulated encoder, around which the real value moves. */
const BITRATE = 6_000_000;

/** Pixels of a relay's picture (contract/relay-control.ts). */
const PREVIEW_WIDTH = 320;

/** Of what a relay says, what a simulated one knows. */
type Said = Pick<RelayHealth, 'source' | 'callers' | 'restarts'> & {
  input: Pick<RelayHealth['input'], 'connected' | 'bitrate'>;
};

/** Body and status of `GET /health` of a running group; undefined when nothing answers. */
function healthOf(
  sim: Sim<'time' | 'chance' | 'resources' | 'operations'>,
  group: Resource,
): { healthy: boolean; body: Said } | undefined {
  const life = lifeOf(sim, group);
  const now = sim.time.now();
  const first = containersOf(group)[0];
  if (!first || groupState(life, now) !== 'Running') return undefined;
  const inside = moment(life, now, first);
  if (inside.state !== 'Running' || (life.silentFrom !== undefined && now >= life.silentFrom)) return undefined;
  const healthy = life.unhealthyFrom === undefined || now < life.unhealthyFrom;
  const connected = healthy && now - life.startedAt >= ENCODER_CONNECTS * life.second;
  const wobble = sim.chance.uniform('bitrate', group.id.toLowerCase(), Math.floor(now / 1000)) - 0.5;
  return {
    healthy,
    body: {
      input: { connected, bitrate: connected ? Math.round(BITRATE * (1 + wobble / 10)) : 0 },
      source: connected ? 'programme' : 'slate',
      callers: callersOf(sim, group),
      restarts: inside.restarts,
    },
  };
}

const secondsOf = (sim: Sim<'time'>): number => sim.time.now() / 1000;

/** The floor's sound, with its level. */
function floor(
  sim: Sim<'time' | 'chance'>,
  group: Resource,
  { input }: Said,
): RelayHealth['tracks'][number] & JsonObject {
  const unit = sim.chance.uniform('level', group.id.toLowerCase(), Math.floor(secondsOf(sim)));
  const peakDb = input.connected ? speech(secondsOf(sim), unit) : SILENCE;
  return {
    track: 1,
    language: null,
    codec: 'aac',
    bitrate: input.connected ? 128_000 : 0,
    peakDb,
    loudnessLufs: peakDb,
  };
}

/** A relay keeps its passphrase where nobody reads it, so a simulated one cannot check a proof; without one it refuses as well. */
function preview(sim: Sim<'time'>, group: Resource, { input }: Said, authorization: string | undefined): SimResponse {
  if (!authorization?.startsWith('StreamControl ')) return { status: 401, body: { status: 401 } };
  const look = input.connected ? 'moving' : 'still';
  const scene = { width: PREVIEW_WIDTH, hue: hueOf(group.name), seconds: secondsOf(sim), look } as const;
  return { status: 200, body: new Text(picture(scene), 'image/png') };
}

export const healthHost: HostRoute<'time' | 'chance' | 'resources' | 'operations'> = {
  matches: (host, sim) => isPublicName(host) || groupAt(sim, host) !== undefined,
  handle(sim: Sim<'time' | 'chance' | 'resources' | 'operations'>, request: SimRequest): SimResponse {
    const group = groupAt(sim, request.url.host);
    const health = group && healthOf(sim, group);
    // Nothing listens there: a refused connection and a packet dropped on the way look the same from here.
    if (!health) throw new ConnectionLost();
    const { pathname, searchParams } = request.url;
    if (pathname !== '/health' && pathname !== PREVIEW_ROUTE)
      throw new ArmError(404, 'NotFound', `There is no ${pathname} here; ask /health.`);
    if (request.method !== 'GET') throw new ArmError(405, 'MethodNotAllowed', 'Only GET is answered here.');
    if (pathname === PREVIEW_ROUTE) return preview(sim, group, health.body, request.headers.authorization);
    const tracks = searchParams.has('levels') ? { tracks: [floor(sim, group, health.body)] } : {};
    return { status: health.healthy ? 200 : 503, body: { ...health.body, ...tracks } };
  },
};
