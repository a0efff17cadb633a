/** The simulated Azure that simulated agents live in: a control plane to speak to, their vault, their identity, and relays to hear. */
import { relay } from '../../local/azure/container-instance/groups.ts';
import { SUBSCRIPTION, world } from '../../local/azure/world.ts';
import { REFUSED, SECRETS, type Start, type Subject } from './subject.ts';

export const IDENTITY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer`;

export async function simulatedWorld(plane: Parameters<Start>[0]) {
  const w = await world({
    controlPlane: {
      url: 'http://127.0.0.1:7071',
      send: async ({ url, headers, body }) => ({
        headers: {},
        ...plane.take(w.clock.now(), url, headers.authorization, body ?? ''),
      }),
    },
  });
  const vault = w.secrets('mixers');
  await w.run(vault.setSecret(SECRETS.agentToken, 'token-1'));
  await w.run(vault.setSecret(SECRETS.streamKey, 'key-1'));
  const secret: Subject['secret'] = async (name, value) => {
    if (value === REFUSED) {
      const { properties } = await w.run(vault.getSecret(SECRETS[name]));
      await w.run(vault.updateSecretProperties(properties.name, properties.version ?? '', { enabled: false }));
      return;
    }
    if (value !== undefined) {
      await w.run(vault.setSecret(SECRETS[name], value));
      return;
    }
    await w.run(vault.beginDeleteSecret(SECRETS[name]).then((poller) => poller.pollUntilDone()));
    await w.run(vault.purgeDeletedSecret(SECRETS[name]));
  };
  return {
    w,
    secret,
    /** Client id of the agents' identity. */
    async clientId(): Promise<string> {
      const identity = await w.raw('GET', `${IDENTITY}?api-version=2024-11-30`);
      return (identity.body as { properties: { clientId: string } }).properties.clientId;
    },
    /** A relay by the name that agents call it: `demo-NAME`. */
    async relay(name: string): Promise<void> {
      const group = relay();
      const ipAddress = { type: 'Public', ports: [], ...group.ipAddress, dnsNameLabel: `demo-${name}` };
      await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', name, { ...group, ipAddress }));
    },
    async sends(name: string, yes: boolean): Promise<void> {
      if (yes) await w.run(w.containers.containerGroups.beginStartAndWait('rg', name));
      else await w.run(w.containers.containerGroups.stop('rg', name));
    },
  };
}
