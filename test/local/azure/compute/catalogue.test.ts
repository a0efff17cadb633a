import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';
import { mixer, nicIn } from './machines.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.group();
});
afterEach(() => w.close());

/** All pages of a list. */
async function all<T>(pages: { byPage(): AsyncIterableIterator<T[]> }): Promise<T[]> {
  const found: T[] = [];
  const iterator = pages.byPage();
  for (let next = await w.run(iterator.next()); !next.done; next = await w.run(iterator.next()))
    found.push(...next.value);
  return found;
}

test('the seeded gallery image, its version and where it is replicated', async () => {
  const names = ['stream-control', 'streamcontrol', 'mixer', '1.0.0'] as const;
  expect(await w.run(w.compute.galleries.get(names[0], names[1]))).toMatchObject({ provisioningState: 'Succeeded' });
  expect(await w.run(w.compute.galleryImages.get(names[0], names[1], names[2]))).toMatchObject({
    osType: 'Windows',
    osState: 'Generalized',
  });
  const version = await w.run(w.compute.galleryImageVersions.get(...names, { expand: 'ReplicationStatus' }));
  expect(version.publishingProfile?.targetRegions?.map((one) => one.name)).toContain('West Europe');
  expect(version).toMatchObject({ replicationStatus: { aggregatedState: 'Completed' } });
  const { body } = await w.raw('GET', '/_sim/resources');
  expect((body as { resources: { name: string }[] }).resources.map((one) => one.name)).toEqual(['rg']);
  expect(w.rate()).toBe(0);
});

test('a gallery of one’s own: replication takes minutes, a version is where it was replicated to and nowhere else', async () => {
  await w.run(w.compute.galleries.createOrUpdate('rg', 'mine', { location: 'westeurope' }));
  await w.run(
    w.compute.galleryImages.createOrUpdate('rg', 'mine', 'mixer', {
      location: 'westeurope',
      osType: 'Windows',
      osState: 'Specialized',
      identifier: { publisher: 'p', offer: 'o', sku: 's' },
    }),
  );
  const version = {
    location: 'westeurope',
    publishingProfile: { targetRegions: [{ name: 'East US' }] },
    storageProfile: {},
  };
  const seconds = await w.took(w.compute.galleryImageVersions.createOrUpdate('rg', 'mine', 'mixer', '1.0.0', version));
  expect(seconds).toBeGreaterThan(60);
  const id = `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/galleries/mine/images/mixer`;
  const nic = await nicIn(w);
  const storageProfile = (image: string) => ({
    storageProfile: { imageReference: { id: image }, osDisk: { createOption: 'FromImage' as const } },
  });
  const create = (body: object) => w.compute.virtualMachines.createOrUpdate('rg', 'vm', { ...mixer(nic), ...body });
  expect(await w.refused(create(storageProfile(`${id}/versions/1.0.0`)))).toMatchObject({
    statusCode: 404,
    code: 'GalleryImageNotFound',
  });
  await w.run(
    w.compute.galleryImageVersions.createOrUpdate('rg', 'mine', 'mixer', '1.0.1', {
      ...version,
      publishingProfile: { targetRegions: [{ name: 'westeurope' }] },
    }),
  );
  expect(await w.refused(create(storageProfile(id)))).toMatchObject({
    message: "Parameter 'osProfile' is not allowed.",
  });
  const { osProfile: _, ...specialized } = mixer(nic);
  const vm = await w.run(
    w.compute.virtualMachines.createOrUpdate('rg', 'vm', { ...specialized, ...storageProfile(id) }),
  );
  expect(vm.storageProfile?.imageReference?.exactVersion).toBe('1.0.1');
  expect(await w.refused(w.compute.galleries.delete('rg', 'mine'))).toMatchObject({
    statusCode: 409,
    code: 'CannotDeleteResource',
  });
  expect(
    await w.refused(w.compute.galleryImageVersions.createOrUpdate('rg', 'mine', 'mixer', 'latest', version)),
  ).toMatchObject({ statusCode: 400 });
});

test('disks: made alone, refused to go while attached, 204 when absent', async () => {
  await w.run(
    w.compute.disks.createOrUpdate('rg', 'data', {
      location: 'westeurope',
      sku: { name: 'StandardSSD_LRS' },
      diskSizeGB: 100,
      creationData: { createOption: 'Empty' },
    }),
  );
  expect(w.rate()).toBeCloseTo((1.15 * 9.6) / 730, 6);
  expect(await w.run(w.compute.disks.get('rg', 'data'))).toMatchObject({
    diskState: 'Unattached',
    sku: { name: 'StandardSSD_LRS' },
  });
  await w.run(w.compute.disks.delete('rg', 'data'));
  expect(await w.took(w.compute.disks.delete('rg', 'data'))).toBeLessThan(1);
  const nic = await nicIn(w);
  await w.run(w.compute.virtualMachines.createOrUpdate('rg', 'mixer', mixer(nic)));
  expect(await w.refused(w.compute.disks.delete('rg', 'mixer-os'))).toMatchObject({
    statusCode: 409,
    code: 'OperationNotAllowed',
    message: 'Disk mixer-os is attached to VM mixer.',
  });
});

test('sizes of a region with their vCPUs, and the catalogue of marketplace images', async () => {
  const sizes = await all(w.compute.virtualMachineSizes.list('westeurope'));
  expect(sizes.find((one) => one.name === 'Standard_D4s_v5')).toMatchObject({ numberOfCores: 4, memoryInMB: 16384 });
  expect((await all(w.compute.resourceSkus.list({ filter: "location eq 'nowhere'" }))).length).toBe(0);
  const versions = await w.run(
    w.compute.virtualMachineImages.list('westeurope', 'MicrosoftWindowsServer', 'WindowsServer', '2022-datacenter-g2'),
  );
  expect(versions[0]?.name).toMatch(/^20348\./);
});

test('more than 240 VM writes in three minutes are 429 with Retry-After', async () => {
  const put = () =>
    w.raw(
      'PUT',
      `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm?api-version=2026-04-01`,
      {
        location: 'westeurope',
        properties: {},
      },
    );
  for (let n = 0; n < 240; n++) expect((await put()).status).toBe(400);
  const last = await put();
  expect(last).toMatchObject({
    status: 429,
    body: { error: { code: 'OperationNotAllowed', details: [{ code: 'TooManyRequests', target: 'PutVM3Min' }] } },
  });
  expect(Number(last.headers?.['retry-after'])).toBeGreaterThan(0);
});

test('container instances: what a region can do', async () => {
  expect((await all(w.containers.location.listCapabilities('westeurope')))[0]).toMatchObject({
    osType: 'Linux',
    capabilities: { maxCpu: 31 },
  });
  expect((await all(w.containers.location.listCachedImages('westeurope'))).length).toBeGreaterThan(0);
});
