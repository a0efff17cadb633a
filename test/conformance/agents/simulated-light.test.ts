import { agentOf } from '../../../local/fleet/agent-state.ts';
import { relay } from '../../local/azure/container-instance/groups.ts';
import { IDENTITY, simulatedWorld } from './simulated-world.ts';
import { SECRETS, type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

const start: Start = async (plane, more = {}) => {
  const { w, secret, clientId, relay: hear, sends } = await simulatedWorld(plane);
  await w.group();
  await hear('relay');
  const data = userDataOf(more) as ReturnType<typeof userDataOf> & { layout?: { streamServer: string } };
  const environment = {
    ...{ ROLE: 'light', DEPLOYMENT_ID: data.deploymentId, LANGUAGE: data.language, VAULT_URL: data.vaultUrl },
    ...{ CONTROL_PLANE_URL: data.controlPlaneUrl, HEARTBEAT_SECONDS: `${data.heartbeatSeconds}` },
    ...{ SECRET_STREAM_KEY: SECRETS.streamKey, SECRET_EGRESS: SECRETS.egress, SECRET_AGENT_TOKEN: SECRETS.agentToken },
    ...{ PROGRAMME_HOST: data.programme?.host ?? '', PROGRAMME_PORT: '9996', IDENTITY_CLIENT_ID: await clientId() },
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
    secret,
    sends: async (source, yes) => {
      if (source === 'programme') await sends('relay', yes);
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
