/** Faults that take hold inside a running container group. */
import type { FaultOutcome } from '../core/fault-plan.ts';
import { child } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { restartLife } from './actions.ts';
import { publicIp } from './dns.ts';
import { isPullFailure } from './instance-view.ts';
import type { Life } from './life.ts';

/** Exit code of a container that platform maintenance ended (Microsoft Learn, Container Instances FAQ: 7147 or 7148). */
const MAINTENANCE = 7147;

export function behave(
  sim: Sim<'time' | 'chance' | 'draws' | 'jobs' | 'resources' | 'operations' | 'activity'>,
  resource: Resource,
  fault: FaultOutcome,
): void {
  const life = resource.hidden.life as Life;
  const now = sim.time.now();
  switch (fault.kind) {
    case 'unhealthy':
      life.unhealthyFrom = now;
      break;
    case 'silent':
      life.silentFrom = now;
      break;
    case 'crash-loop':
      if (isPullFailure(fault.code)) life.pullFails = true;
      else life.crashingFrom = now;
      break;
    case 'evict':
    case 'change-ip': {
      restartLife(sim, resource, { code: MAINTENANCE, detail: 'Container was terminated by platform maintenance' });
      const address = child(resource.properties, 'ipAddress');
      if (!resource.hidden.address && address.ip !== undefined) address.ip = publicIp(sim, resource);
      break;
    }
    default:
      return;
  }
  sim.resources.save(resource);
  if (fault.kind === 'evict' || fault.kind === 'change-ip')
    sim.activity.log({
      operationName: 'Microsoft.Resourcehealth/healthevent/Activated/action',
      resourceId: resource.id,
      status: 'Succeeded',
      category: 'ResourceHealth',
      properties: {
        title: 'Platform maintenance',
        details: 'The container group was restarted by platform maintenance; its IP address changed.',
        currentHealthStatus: 'Unavailable',
        previousHealthStatus: 'Available',
        type: 'Downtime',
        cause: 'PlatformInitiated',
      },
    });
}
