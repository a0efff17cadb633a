import { SOURCES } from '../../../contract/problems.ts';
import { agentOf } from '../../../local/fleet/agent-state.ts';
import { breakInside } from '../../../local/fleet/faults.ts';
import { mixer, nicIn } from '../../local/azure/compute/machines.ts';
import { relay } from '../../local/azure/container-instance/groups.ts';
import { SUBSCRIPTION, world } from '../../local/azure/world.ts';
import { REFUSED, SECRETS, type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

const IDENTITY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer`;
const GROUP = { programme: 'relay', slides: 'slides' };

const start: Start = async (plane, more) => {
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
  const nic = await nicIn(w, 'nic', { publicIp: true });
  for (const source of SOURCES) {
    const group = relay();
    const ipAddress = { type: 'Public', ports: [], ...group.ipAddress, dnsNameLabel: `demo-${GROUP[source]}` };
    await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', GROUP[source], { ...group, ipAddress }));
  }
  const identity = await w.raw('GET', `${IDENTITY}?api-version=2024-11-30`);
  const identityClientId = (identity.body as { properties: { clientId: string } }).properties.clientId;
  const userData = Buffer.from(JSON.stringify(userDataOf({ identityClientId, ...more }))).toString('base64');
  const { id = '' } = await w.run(
    w.compute.virtualMachines.createOrUpdate('rg', 'mixer-fr', {
      ...mixer(nic, { userData }),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    }),
  );
  const vm = () => {
    const found = w.kernel.resources.get(id);
    if (!found) throw new Error('the machine is gone');
    return found;
  };
  const starts = new Set<number>();
  return {
    async secret(name, value) {
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
    },
    async sends(source, yes) {
      if (yes) await w.run(w.containers.containerGroups.beginStartAndWait('rg', GROUP[source]));
      else await w.run(w.containers.containerGroups.stop('rg', GROUP[source]));
    },
    async breakProgram() {
      breakInside(w.kernel, vm(), { kind: 'unhealthy' });
    },
    restarts: () => starts.size - 1,
    async pass(seconds) {
      await w.pass(seconds);
      const agent = agentOf(vm());
      if (agent) starts.add(agent.startedAt);
    },
    stop: () => w.close(),
  };
};

agentsAgree('the simulated agent', start, { hasProgram: true });
