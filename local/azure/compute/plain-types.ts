/** Types that are kept and answered without a behaviour of their own: enough for tools that list or attach them. */
import { refuse } from '../core/constraint.ts';
import { child, text } from '../core/json.ts';
import type { ResourceType } from '../core/provider.ts';
import type { Duration } from '../core/random.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { ACTION_LRO } from './lro.ts';
import { isUp } from './vm-state.ts';

type Plain = Omit<ResourceType<'time' | 'resources'>, 'apiVersions'>;

const plain = (type: string, duration?: Duration): Plain => ({
  type,
  put: () => (duration ? { duration } : {}),
  delete: () => (duration ? { duration, lro: ACTION_LRO } : { status: 200 }),
  deleteOrder: 60,
});

/** An extension needs a running machine, and never echoes its protected settings. */
const extensions: Plain = {
  type: 'virtualMachines/extensions',
  tracked: false,
  needsLocation: true,
  put({ resource, parent }) {
    if (!parent || !isUp(parent)) throw refuse(C.notRunning);
    for (const member of ['publisher', 'type'])
      if (!text(resource.properties, member)) throw refuse(C.missing, { parameter: `extension.${member}` });
    delete resource.properties.protectedSettings;
    delete resource.properties.protectedSettingsFromKeyVault;
    resource.properties.settings ??= {};
    return { duration: { median: 45, p95: 150 } };
  },
  delete: () => ({ duration: { median: 20, p95: 60 }, lro: ACTION_LRO }),
};

const snapshots: Plain = {
  ...plain('snapshots', { median: 8, p95: 30 }),
  put({ sim, resource }) {
    const source = sim.resources.get(text(child(resource.properties, 'creationData'), 'sourceResourceId'));
    resource.properties.diskSizeGB ??= source?.properties.diskSizeGB ?? 127;
    resource.properties.timeCreated ??= sim.time.iso();
    resource.properties.diskState = 'Unattached';
    return { status: 202, duration: { median: 8, p95: 30 } };
  },
};

/** With the VM's api-versions. */
export const PLAIN_VM_TYPES: readonly Plain[] = [
  extensions,
  plain('availabilitySets'),
  plain('proximityPlacementGroups'),
  plain('sshPublicKeys'),
];
/** With the disks' api-versions. */
export const PLAIN_DISK_TYPES: readonly Plain[] = [snapshots];
