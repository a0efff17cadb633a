/** Whether a mixer gets pictures: it pulls from container groups by their public names. */

import type { SourceState } from '../../contract/heartbeat.ts';
import { VM } from '../azure/compute/vm-state.ts';
import { lifeOf } from '../azure/container-instance/instance-view.ts';
import { groupState } from '../azure/container-instance/life.ts';
import { CONTAINER_GROUP } from '../azure/container-instance/quota.ts';
import { child, children, text } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import { agentOf } from './agent-state.ts';
import { homeOf } from './homes.ts';
import { type Endpoint, toldOf } from './told.ts';

const named = (sim: Sim<'resources'>, host: string): Resource | undefined =>
  sim.resources.ofType(CONTAINER_GROUP).find((one) => {
    const address = child(one.properties, 'ipAddress');
    return text(address, 'fqdn') === host || text(address, 'ip') === host;
  });

/** `alive` when the group runs, has that port open, and is not broken inside. */
export function sourceState(sim: Sim<'time' | 'resources' | 'operations'>, endpoint: Endpoint): SourceState {
  const group = named(sim, endpoint.host);
  if (!group) return 'silent';
  const life = lifeOf(sim, group);
  const open = children(child(group.properties, 'ipAddress'), 'ports').some((one) => one.port === endpoint.port);
  const broken = [life.unhealthyFrom, life.silentFrom, life.crashingFrom].some(
    (at) => at !== undefined && sim.time.now() >= at,
  );
  return open && !broken && groupState(life, sim.time.now()) === 'Running' ? 'alive' : 'silent';
}

/** What the agents of other resources pull from a group now: which sound of the programme each wants, where it says so. */
export function callersOf(
  sim: Sim<'time' | 'resources' | 'operations'>,
  group: Resource,
): { audio: string | undefined }[] {
  const fqdn = text(child(group.properties, 'ipAddress'), 'fqdn');
  if (!fqdn) return [];
  return [...sim.resources.ofType(VM), ...sim.resources.ofType(CONTAINER_GROUP)].flatMap((one) => {
    const agent = agentOf(one);
    if (!agent || homeOf(one).startOf(sim, one) !== agent.start) return [];
    const sources = Object.values(toldOf(one)?.sources ?? {});
    return sources.some(({ host }) => host === fqdn) ? [{ audio: agent.audio }] : [];
  });
}
