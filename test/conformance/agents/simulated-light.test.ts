import { agentOf } from '../../../local/fleet/agent-state.ts';
import { relay } from '../../local/azure/container-instance/groups.ts';
import { SUBSCRIPTION, world } from '../../local/azure/world.ts';
import { REFUSED, SECRETS, type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

const IDENTITY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer`;

const start: Start = async (plane, more = {}) => {
  const w = await world({
    controlPlane: {
      url: 'http://127.0.0.1:7071',
      send: async ({ url, headers, body }) => ({
        headers: {},
        ...plane.take(w.clock.now(), url, headers.authorization, body ?? ''),
      }),
    },
  });
  await w.group();
  const vault = w.secrets('mixers');
  await w.run(vault.setSecret(SECRETS.agentToken, 'token-1'));
  await w.run(vault.setSecret(SECRETS.streamKey, 'key-1'));
  const group = relay();
  const ipAddress = { type: 'Public', ports: [], ...group.ipAddress, dnsNameLabel: 'demo-relay' };
  await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', { ...group, ipAddress }));
  const identity = await w.raw('GET', `${IDENTITY}?api-version=2024-11-30`);
  const { clientId } = (identity.body as { properties: { clientId: string } }).properties;
  const data = userDataOf(more) as ReturnType<typeof userDataOf> & { layout?: { streamServer: string } };
  const environment = {
    ...{ ROLE: 'light', DEPLOYMENT_ID: data.deploymentId, LANGUAGE: data.language, VAULT_URL: data.vaultUrl },
    ...{ CONTROL_PLANE_URL: data.controlPlaneUrl, HEARTBEAT_SECONDS: `${data.heartbeatSeconds}` },
    ...{ SECRET_STREAM_KEY: SECRETS.streamKey, SECRET_EGRESS: SECRETS.egress, SECRET_AGENT_TOKEN: SECRETS.agentToken },
    ...{ PROGRAMME_HOST: data.programme?.host ?? '', PROGRAMME_PORT: '9996', IDENTITY_CLIENT_ID: clientId },
    ...(data.layout && { STREAM_SERVER: data.layout.streamServer }),
  };
  const { ipAddress: _address, ...plain } = relay();
  const { id = '' } = await w.run(
    w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'light-fr', {
      ...plain,
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
      containers: plain.containers.map((one) => ({
        ...one,
        ports: [],
        environmentVariables: Object.entries(environment).map(([name, value]) => ({ name, value })),
      })),
    }),
  );
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
      if (source !== 'programme') return;
      if (yes) await w.run(w.containers.containerGroups.beginStartAndWait('rg', 'relay'));
      else await w.run(w.containers.containerGroups.stop('rg', 'relay'));
    },
    restarts: () => starts.size - 1,
    async pass(seconds) {
      await w.pass(seconds);
      const group = w.kernel.resources.get(id);
      const agent = group && agentOf(group);
      if (agent) starts.add(agent.startedAt);
    },
    stop: () => w.close(),
  };
};

agentsAgree('the simulated light mixer', start, { hasProgram: false, sources: ['programme'], hasScenes: false });
