/** Versions of a gallery's images: captured from a machine or put there by a build, copied to regions one by one, held until their end of life. */
import { refuse } from '../core/constraint.ts';
import { LOCATIONS, locationName } from '../core/envelope.ts';
import { ArmError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Delete, Plan, Put, ResourceType } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { defaultView } from '../core/view.ts';
import { CONSTRAINTS as C } from './constraints.ts';

/** Seconds of copying to each region; the documentation allows for hours (Microsoft Learn, "Troubleshoot images in an Azure Compute Gallery"). */
const REPLICATION = { median: 420, p95: 1500 };
/** `Shallow`: nothing is copied, the version points at its source. */
const SHALLOW = { median: 25, p95: 60 };

/** Regions as they are written back: `West Europe`. */
function regionsOf(resource: Resource): JsonObject[] {
  const profile = child(resource.properties, 'publishingProfile');
  const given = children(profile, 'targetRegions');
  const regions = given.length > 0 ? given : [{ name: resource.location ?? '' }];
  return regions.map((one) => {
    const name = locationName(text(one, 'name') ?? '');
    if (!(name in LOCATIONS))
      throw new ArmError(400, 'InvalidParameter', `The location '${text(one, 'name')}' in targetRegions is not valid.`);
    return { regionalReplicaCount: 1, storageAccountType: 'Standard_LRS', ...one, name: LOCATIONS[name] };
  });
}

/** What is captured: the machine must be there, and as ready for it as the definition says its versions are. */
function checkSource(sim: Sim<'resources'>, resource: Resource, definition: Resource | undefined): void {
  const storage = child(resource.properties, 'storageProfile');
  const id = text(child(storage, 'source'), 'virtualMachineId');
  if (!id) return;
  const vm = sim.resources.get(id);
  if (!vm) throw refuse(C.captureSource, { vm: id });
  const specialized = /^specialized$/i.test(text(definition?.properties ?? {}, 'osState') ?? '');
  if (!specialized && vm.hidden.generalized !== true) throw refuse(C.captureNotGeneralized, { vm: vm.name });
  if (specialized && vm.hidden.generalized === true) throw refuse(C.captureGeneralized, { vm: vm.name });
  const disk = child(child(vm.properties, 'storageProfile'), 'osDisk');
  storage.osDiskImage = { sizeInGB: Number(disk.diskSizeGB ?? 127), hostCaching: 'ReadWrite' };
  resource.properties.storageProfile = storage;
}

/** When each region has its copy: ms since the epoch, by short name. */
const copiedAt = (version: Resource): Record<string, number> => (version.hidden.copied ?? {}) as Record<string, number>;

/** Whether a region has the version by now. */
export function isReplicated(sim: Sim<'time'>, version: Resource, region: string): boolean {
  if (/^failed$/i.test(text(version.properties, 'provisioningState') ?? '')) return false;
  const regions = children(child(version.properties, 'publishingProfile'), 'targetRegions');
  const named = regions.length > 0 ? regions.map((one) => text(one, 'name') ?? '') : [version.location ?? ''];
  if (!named.some((one) => locationName(one) === region)) return false;
  return (copiedAt(version)[region] ?? 0) <= sim.time.now();
}

function put({ sim, resource, kind, existing, parent }: Put<'time' | 'draws' | 'resources'>): Plan {
  if (!/^\d+\.\d+\.\d+$/.test(resource.name))
    throw new ArmError(
      400,
      'InvalidParameter',
      `The value '${resource.name}' of parameter 'galleryImageVersionName' is invalid: it must be Major.Minor.Patch.`,
    );
  if (!existing) checkSource(sim, resource, parent);
  const profile = child(resource.properties, 'publishingProfile');
  const shallow = /^shallow$/i.test(text(profile, 'replicationMode') ?? '');
  const targetRegions = regionsOf(resource);
  const before = existing ? copiedAt(existing) : {};
  const copied: Record<string, number> = {};
  let longest = 0;
  for (const { name } of targetRegions) {
    const region = locationName(String(name));
    const seconds =
      before[region] === undefined
        ? sim.draws.seconds(shallow ? SHALLOW : REPLICATION, `${resource.id.toLowerCase()} copy ${region}`)
        : 0;
    copied[region] = before[region] ?? sim.time.in(seconds);
    longest = Math.max(longest, seconds);
  }
  resource.hidden.copied = copied;
  resource.properties.publishingProfile = {
    replicaCount: 1,
    excludeFromLatest: false,
    replicationMode: 'Full',
    publishedDate: child(existing?.properties, 'publishingProfile').publishedDate ?? sim.time.iso(),
    ...profile,
    targetRegions,
  };
  if (kind === 'update' && longest === 0) return {};
  return { duration: longest, state: kind === 'create' ? 'Creating' : 'Updating' };
}

function replication(sim: Sim<'time' | 'operations'>, resource: Resource): JsonObject {
  const now = sim.time.now();
  const summary = children(child(resource.properties, 'publishingProfile'), 'targetRegions').map((one) => {
    const at = copiedAt(resource)[locationName(String(one.name))] ?? 0;
    const whole = at - resource.createdAt;
    const done = at <= now;
    return {
      region: one.name,
      state: done ? 'Completed' : 'Replicating',
      details: '',
      progress: done ? 100 : Math.max(0, Math.min(99, Math.floor((100 * (now - resource.createdAt)) / whole))),
    };
  });
  const done = summary.every(({ state }) => state === 'Completed');
  return { aggregatedState: done ? 'Completed' : 'InProgress', summary };
}

function remove({ sim, resource, cascade }: Delete<'time'>): Plan {
  const held = child(resource.properties, 'safetyProfile').blockDeletionBeforeEndOfLife === true;
  const date = text(child(resource.properties, 'publishingProfile'), 'endOfLifeDate');
  if (held && !cascade && date && Date.parse(date) > sim.time.now())
    throw refuse(C.versionHeld, { version: resource.name, date });
  return { duration: { median: 40, p95: 120 } };
}

export const version: Omit<ResourceType<'time' | 'draws' | 'resources' | 'operations'>, 'apiVersions'> = {
  type: 'galleries/images/versions',
  tracked: true,
  put,
  delete: remove,
  view(resource, sim, { expand }) {
    const properties: JsonObject = { ...resource.properties };
    if (expand?.toLowerCase() === 'replicationstatus') properties.replicationStatus = replication(sim, resource);
    return { ...defaultView(resource), properties };
  },
};
