/** The simulator's providers when media are real: health comes from the real relays, addresses are loopback, machines are left to real agents. */
import { SOURCE_ROUTE } from '../../contract/relay-control.ts';
import { SEALED_ROUTE } from '../../contract/sealed.ts';
import { CONTAINER_GROUP } from '../azure/container-instance/quota.ts';
import { ConnectionLost, type SimRequest } from '../azure/core/http.ts';
import { isObject, type JsonObject } from '../azure/core/json.ts';
import type { HostRoute, Provider, ResourceType } from '../azure/core/provider.ts';
import { fleet, fleetProviders } from '../fleet/index.ts';
import { loopback } from './address.ts';
import { groupHosts } from './wanted.ts';

/** What a relay answered last on its health port. */
export interface Answer {
  status: number;
  body: JsonObject;
}

/**
 * @param heard the last answer at `address:port`, undefined when nothing answers
 * @param ask sends a request on to a real relay
 */
export function mediaProviders(
  heard: (host: string) => Answer | undefined,
  ask: (host: string, request: SimRequest) => Promise<Answer>,
): readonly Provider[] {
  // By the name that Azure would give, and by the address where it really is.
  const health: HostRoute<'resources'> = {
    matches: (host, sim) => /^127\.\d+\.\d+\.\d+:\d+$/.test(host) || groupHosts(sim).has(host.replace(/:\d+$/, '')),
    handle: (sim, request) => {
      const { url } = request;
      const address = groupHosts(sim).get(url.hostname) ?? url.hostname;
      if (url.pathname === SOURCE_ROUTE || url.pathname === SEALED_ROUTE)
        return { status: 200, later: ask(`${address}:${url.port}`, request) };
      const answer = url.pathname === '/health' ? heard(`${address}:${url.port}`) : undefined;
      if (!answer) throw new ConnectionLost();
      return answer;
    },
  };
  const real: Provider = { namespace: 'StreamControl.Media', types: [], hosts: [health] };
  // The simulated relays and agents stay silent: the real ones speak.
  const silent: Provider = { ...fleet, hosts: [], jobs: {} };
  return [
    real,
    ...fleetProviders.map((one) =>
      one === fleet ? silent : { ...one, types: one.types.map((type) => moved(one, type)) },
    ),
  ];
}

/** A container group says that it is where its program really is. */
function moved(provider: Provider, type: ResourceType): ResourceType {
  const { view } = type;
  if (`${provider.namespace}/${type.type}` !== CONTAINER_GROUP || !view) return type;
  return {
    ...type,
    view: (resource, sim, query) => {
      const shown = view(resource, sim, query);
      const { properties } = shown;
      if (!isObject(properties) || !isObject(properties.ipAddress)) return shown;
      const address = loopback(resource.id);
      return {
        ...shown,
        properties: { ...properties, ipAddress: { ...properties.ipAddress, ip: address, fqdn: address } },
      };
    },
  };
}
