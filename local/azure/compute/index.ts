/** Microsoft.Compute: virtual machines, disks, galleries and images, sizes and quotas. */
import { sameId } from '../core/ids.ts';
import type { Provider, ResourceType } from '../core/provider.ts';
import { vmMeter } from '../prices/meters.ts';
import { countWrites } from './capacity.ts';
import { disks } from './disks.ts';
import { behave, evict } from './evict.ts';
import { GALLERY_TYPES, IMAGE_TYPE } from './galleries.ts';
import { VM_LRO } from './lro.ts';
import { marketplaceRoutes } from './marketplace.ts';
import { PLAIN_DISK_TYPES, PLAIN_VM_TYPES } from './plain-types.ts';
import { runCommand, runCommands } from './run-command.ts';
import { skuRoutes } from './skus.ts';
import { settledAction, VM_ACTIONS } from './vm-actions.ts';
import { remove, settledDelete } from './vm-delete.ts';
import { put, settledPut, stillComes } from './vm-put.ts';
import { isSpot, sizeName, stateOf } from './vm-state.ts';
import { vmView } from './vm-view.ts';

const VM_VERSIONS = [
  '2026-04-01',
  '2025-04-01',
  '2024-11-01',
  '2024-07-01',
  '2024-03-01',
  '2023-09-01',
  '2022-11-01',
  '2022-08-01',
  '2022-03-01',
  '2021-07-01',
  '2020-12-01',
  '2020-06-01',
  '2019-12-01',
  '2019-07-01',
  '2018-06-01',
  '2017-12-01',
  '2017-03-30',
  '2015-06-15',
];
const DISK_VERSIONS = [
  '2026-03-02',
  '2025-01-02',
  '2024-03-02',
  '2023-10-02',
  '2022-07-02',
  '2022-03-02',
  '2021-12-01',
  '2020-12-01',
  '2020-09-30',
  '2020-06-30',
  '2019-11-01',
  '2019-07-01',
  '2018-06-01',
  '2017-03-30',
];
const GALLERY_VERSIONS = [
  '2025-12-03',
  '2025-03-03',
  '2024-03-03',
  '2023-07-03',
  '2022-08-03',
  '2022-03-03',
  '2022-01-03',
  '2021-10-01',
  '2021-07-01',
  '2020-09-30',
  '2019-12-01',
  '2019-07-01',
  '2019-03-01',
  '2018-06-01',
];

const virtualMachines: ResourceType<
  'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'operations' | 'buckets' | 'activity'
> = {
  type: 'virtualMachines',
  apiVersions: VM_VERSIONS,
  deleteOrder: 10,
  namePattern: /^[^_\W][\w.-]{0,62}[\w]?$/,
  put,
  delete: remove,
  actions: { ...VM_ACTIONS, runCommand },
  settled(settled) {
    const { kind } = settled.operation;
    if (kind === 'delete') settledDelete(settled);
    else if (kind === 'action') settledAction(settled);
    else settledPut(settled);
  },
  behave,
  view: vmView,
  meters(vm) {
    const { power, os } = stateOf(vm);
    const billed = power !== 'none' && power !== 'deallocated';
    return billed ? [vmMeter(sizeName(vm), os, isSpot(vm))] : [];
  },
  limits: (sim, { operation, subscription }) => (operation === 'create' ? countWrites(sim, subscription) : {}),
};

export const compute: Provider<
  'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'operations' | 'buckets' | 'activity'
> = {
  namespace: 'Microsoft.Compute',
  types: [
    virtualMachines,
    { ...runCommands, apiVersions: VM_VERSIONS },
    ...PLAIN_VM_TYPES.map((type) => ({ ...type, apiVersions: VM_VERSIONS })),
    { ...disks, apiVersions: DISK_VERSIONS },
    ...PLAIN_DISK_TYPES.map((type) => ({ ...type, apiVersions: DISK_VERSIONS })),
    { ...IMAGE_TYPE, apiVersions: VM_VERSIONS },
    ...GALLERY_TYPES.map((type) => ({ ...type, apiVersions: GALLERY_VERSIONS })),
  ],
  lro: VM_LRO,
  routes: [...marketplaceRoutes, ...skuRoutes],
  jobs: {
    'compute.evict': (sim, data) => {
      const vm = sim.resources.get(String(data.id));
      if (vm && sameId(vm.id, String(data.id))) evict(sim, vm);
    },
    'compute.still-comes': (sim, data) => {
      stillComes(sim, String(data.id));
    },
  },
};
