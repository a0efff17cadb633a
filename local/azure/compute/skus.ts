/** Size catalogues: `resourceSkus.list`, `vmSizes`, and what a region restricts. */
import { LOCATIONS, locationName } from '../core/envelope.ts';
import type { JsonObject } from '../core/json.ts';
import type { Route } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { restriction, usages } from './capacity.ts';
import { VM_SIZES, type VmSize } from './sizes.ts';

/** Regions without availability zones. */
const ZONELESS = new Set(['northcentralus', 'westus', 'centralindia']);

export const zonesOf = (region: string): string[] => (ZONELESS.has(region) ? [] : ['1', '2', '3']);

export const vmSizeList = (): JsonObject => ({
  value: VM_SIZES.map((size) => ({
    name: size.name,
    numberOfCores: size.vCpus,
    osDiskSizeInMB: 1047552,
    resourceDiskSizeInMB: size.tempDiskMb,
    memoryInMB: size.memoryGb * 1024,
    maxDataDiskCount: size.maxDataDisks,
  })),
});

function skuOf(sim: Sim<'store'>, size: VmSize, region: string): JsonObject {
  const capability = (name: string, value: string | number) => ({ name, value: String(value) });
  const reason = restriction(sim, region, size.name);
  return {
    resourceType: 'virtualMachines',
    name: size.name,
    tier: 'Standard',
    size: size.name.replace(/^Standard_/, ''),
    family: size.family,
    locations: [region],
    locationInfo: [{ location: region, zones: zonesOf(region), zoneDetails: [] }],
    capabilities: [
      capability('MaxResourceVolumeMB', size.tempDiskMb),
      capability('OSVhdSizeMB', 1047552),
      capability('vCPUs', size.vCpus),
      capability('vCPUsAvailable', size.vCpus),
      capability('vCPUsPerCore', size.vCpus > 1 ? 2 : 1),
      capability('HyperVGenerations', 'V1,V2'),
      capability('CpuArchitectureType', 'x64'),
      capability('MemoryGB', size.memoryGb),
      capability('MaxDataDiskCount', size.maxDataDisks),
      capability('LowPriorityCapable', size.name.startsWith('Standard_B') ? 'False' : 'True'),
      capability('PremiumIO', 'True'),
      capability('MaxNetworkInterfaces', size.maxNics),
      capability('AcceleratedNetworkingEnabled', size.name.startsWith('Standard_B') ? 'False' : 'True'),
    ],
    restrictions: reason
      ? [{ type: 'Location', values: [region], restrictionInfo: { locations: [region] }, reasonCode: reason }]
      : [],
  };
}

const DISK_SKUS = ['Premium_LRS', 'StandardSSD_LRS', 'Standard_LRS'] as const;
const diskSku = (name: string, region: string): JsonObject => ({
  resourceType: 'disks',
  name,
  tier: name.split('_')[0],
  locations: [region],
  locationInfo: [{ location: region, zones: zonesOf(region), zoneDetails: [] }],
  capabilities: [{ name: 'MaxSizeGiB', value: '32767' }],
  restrictions: [],
});

/** Only `location eq '...'` is honoured, as in Azure. */
function skus(sim: Sim<'store'>, filter: string | null): JsonObject {
  const asked = /location\s+eq\s+'([^']*)'/i.exec(filter ?? '')?.[1];
  const regions =
    asked === undefined ? Object.keys(LOCATIONS) : [locationName(asked)].filter((one) => one in LOCATIONS);
  return {
    value: regions.flatMap((region) => [
      ...VM_SIZES.map((size) => skuOf(sim, size, region)),
      ...DISK_SKUS.map((name) => diskSku(name, region)),
    ]),
  };
}

const COMPUTE = '/subscriptions/{subscription}/providers/Microsoft.Compute';

export const skuRoutes: Route<'store' | 'resources'>[] = [
  {
    method: 'GET',
    path: `${COMPUTE}/skus`,
    apiVersions: 'any',
    handle: ({ sim, query }) => ({ status: 200, body: skus(sim, query.get('$filter')) }),
  },
  {
    method: 'GET',
    path: `${COMPUTE}/locations/{location}/vmSizes`,
    apiVersions: 'any',
    handle: () => ({ status: 200, body: vmSizeList() }),
  },
  {
    method: 'GET',
    path: `${COMPUTE}/locations/{location}/usages`,
    apiVersions: 'any',
    handle: ({ sim, params }) => ({
      status: 200,
      body: usages(sim, params.subscription ?? '', locationName(params.location ?? '')),
    }),
  },
];
