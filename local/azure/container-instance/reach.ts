/** Where the public names of container groups lead. What answers there is the business of who plays the programs. */
import { ConnectionLost } from '../core/http.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { HostRoute } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { CONTAINER_GROUP } from './quota.ts';

const split = (host: string): { name: string; port: number } => {
  const at = host.lastIndexOf(':');
  return at < 0 ? { name: host, port: 80 } : { name: host.slice(0, at), port: Number(host.slice(at + 1)) };
};

/** Whether a host, with its port, is named as container groups are. */
export const isPublicName = (host: string): boolean => /\.azurecontainer\.io(:\d+)?$/i.test(host);

/** The group that a public name or address leads to, when that TCP port is open. */
export function groupAt(sim: Sim<'resources'>, host: string): Resource | undefined {
  const { name, port } = split(host.toLowerCase());
  if (!isPublicName(host) && !/^20(\.\d+){3}$/.test(name)) return undefined;
  return sim.resources.ofType(CONTAINER_GROUP).find((one) => {
    const address = child(one.properties, 'ipAddress');
    if (one.hidden.address || !(text(address, 'fqdn') === name || text(address, 'ip') === name)) return false;
    return children(address, 'ports').some(
      (open) => open.port === port && /^tcp$/i.test(String(open.protocol ?? 'TCP')),
    );
  });
}

/** By itself a container holds no program, and nothing listens. Providers before this one may answer. */
export const emptyHost: HostRoute<'resources'> = {
  matches: (host, sim) => isPublicName(host) || groupAt(sim, host) !== undefined,
  handle: () => {
    throw new ConnectionLost();
  },
};
