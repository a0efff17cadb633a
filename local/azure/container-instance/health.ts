/** What answers inside public container groups: the health port of relay and slide splitter, by the group's public name. */
import { ArmError } from '../core/errors.ts';
import { ConnectionLost, type SimRequest, type SimResponse } from '../core/http.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { HostRoute } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { containersOf, lifeOf } from './instance-view.ts';
import { groupState, moment } from './life.ts';
import { CONTAINER_GROUP } from './quota.ts';

/** Azure seconds after a start until the simulated encoder is connected, as a person would have it running already. */
const ENCODER_CONNECTS = 5;
/** Bits per second of the simulated encoder, around which the real value moves. */
const BITRATE = 6_000_000;

const split = (host: string): { name: string; port: number } => {
  const at = host.lastIndexOf(':');
  return at < 0 ? { name: host, port: 80 } : { name: host.slice(0, at), port: Number(host.slice(at + 1)) };
};

/** The group that a public name or address leads to, when that port is open. */
function reach(sim: Sim, host: string): Resource | undefined {
  const { name, port } = split(host.toLowerCase());
  return sim.resources.ofType(CONTAINER_GROUP).find((one) => {
    const address = child(one.properties, 'ipAddress');
    if (one.hidden.address || !(text(address, 'fqdn') === name || text(address, 'ip') === name)) return false;
    return children(address, 'ports').some(
      (open) => open.port === port && /^tcp$/i.test(String(open.protocol ?? 'TCP')),
    );
  });
}

/** Body and status of `GET /health` of a running group. */
export function healthOf(
  sim: Sim,
  resource: Resource,
  callers: number,
): { healthy: boolean; body: SimResponse['body'] } | undefined {
  const life = lifeOf(sim, resource);
  const now = sim.now();
  const first = containersOf(resource)[0];
  if (!first || groupState(life, now) !== 'Running') return undefined;
  const inside = moment(life, now, first);
  if (inside.state !== 'Running' || (life.silentFrom !== undefined && now >= life.silentFrom)) return undefined;
  const healthy = life.unhealthyFrom === undefined || now < life.unhealthyFrom;
  const connected = healthy && now - life.startedAt >= ENCODER_CONNECTS * life.second;
  const wobble = sim.chance.uniform('bitrate', resource.id.toLowerCase(), Math.floor(now / 1000)) - 0.5;
  return {
    healthy,
    body: {
      input: { connected, bitrate: connected ? Math.round(BITRATE * (1 + wobble / 10)) : 0 },
      source: connected ? 'programme' : 'slate',
      callers,
      restarts: inside.restarts,
    },
  };
}

/** @param callersOf how many mixers pull from a group; known by what runs inside the mixers */
export const healthHost = (callersOf: (sim: Sim, group: Resource) => number): HostRoute => ({
  matches: (host, sim) =>
    /\.azurecontainer\.io(:\d+)?$/i.test(host) ||
    (/^20(\.\d+){3}(:\d+)?$/.test(host) && reach(sim, host) !== undefined),
  handle(sim: Sim, request: SimRequest): SimResponse {
    const group = reach(sim, request.url.host);
    const health = group && healthOf(sim, group, callersOf(sim, group));
    // Nothing listens there: a refused connection and a packet dropped on the way look the same from here.
    if (!health) throw new ConnectionLost();
    if (request.url.pathname !== '/health')
      throw new ArmError(404, 'NotFound', `There is no ${request.url.pathname} here; ask /health.`);
    if (request.method !== 'GET') throw new ArmError(405, 'MethodNotAllowed', 'Only GET is answered here.');
    return { status: health.healthy ? 200 : 503, body: health.body };
  },
});
