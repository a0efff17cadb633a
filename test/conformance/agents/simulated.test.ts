import { SOURCES } from '../../../contract/problems.ts';
import { agentOf } from '../../../local/fleet/agent-state.ts';
import { breakInside } from '../../../local/fleet/faults.ts';
import { mixer, nicIn } from '../../local/azure/compute/machines.ts';
import { IDENTITY, simulatedWorld } from './simulated-world.ts';
import { type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

const GROUP = { programme: 'relay', slides: 'slides' };

const start: Start = async (plane, more) => {
  const { w, secret, clientId, relay, sends } = await simulatedWorld(plane);
  const nic = await nicIn(w, 'nic', { publicIp: true });
  for (const source of SOURCES) await relay(GROUP[source]);
  const identityClientId = await clientId();
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
    secret,
    sends: (source, yes) => sends(GROUP[source], yes),
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
