/** Versions of a gallery: captured from machines, copied region by region, held until their end of life. */
import type { GalleryImageVersion } from '@azure/arm-compute';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';
import { mixer, nicIn } from './machines.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  const nic = await nicIn(w);
  await w.run(w.compute.galleries.createOrUpdate('rg', 'mine', { location: 'westeurope' }));
  for (const osState of ['Generalized', 'Specialized'] as const)
    await w.run(
      w.compute.galleryImages.createOrUpdate('rg', 'mine', osState.toLowerCase(), {
        location: 'westeurope',
        osType: 'Windows',
        osState,
        identifier: { publisher: 'p', offer: 'o', sku: osState },
      }),
    );
  await w.run(w.compute.virtualMachines.createOrUpdate('rg', 'source', mixer(nic)));
});
afterEach(() => w.close());

const idOf = (type: string) =>
  `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/${type}`;
const captured = (more: Partial<GalleryImageVersion> = {}, regions = ['westeurope']): GalleryImageVersion => ({
  location: 'westeurope',
  storageProfile: { source: { virtualMachineId: idOf('virtualMachines/source') } },
  publishingProfile: { targetRegions: regions.map((name) => ({ name })), ...more.publishingProfile },
  ...(more.safetyProfile ? { safetyProfile: more.safetyProfile } : {}),
});
const put = (definition: string, version: string, body = captured()) =>
  w.compute.galleryImageVersions.createOrUpdate('rg', 'mine', definition, version, body);
const get = (definition: string, version: string) =>
  w.run(w.compute.galleryImageVersions.get('rg', 'mine', definition, version, { expand: 'ReplicationStatus' }));

test('a capture needs a machine that is as ready as the definition says', async () => {
  const absent = captured();
  absent.storageProfile = { source: { virtualMachineId: idOf('virtualMachines/nobody') } };
  expect(await w.refused(put('specialized', '1.0.0', absent))).toMatchObject({ statusCode: 404 });
  expect(await w.refused(put('generalized', '1.0.0'))).toMatchObject({ statusCode: 409, code: 'OperationNotAllowed' });
  await w.run(put('specialized', '1.0.0'));
  expect(await get('specialized', '1.0.0')).toMatchObject({
    provisioningState: 'Succeeded',
    storageProfile: { osDiskImage: { sizeInGB: 127 } },
  });
  await w.run(w.compute.virtualMachines.generalize('rg', 'source'));
  await w.run(put('generalized', '1.0.0'));
  expect(await w.refused(put('specialized', '1.0.1'))).toMatchObject({ statusCode: 409 });
});

test('each region has its copy at a time of its own, and machines there from then on', async () => {
  const making = put('specialized', '1.0.0', captured({}, ['westeurope', 'northeurope', 'eastus']));
  making.catch(() => {});
  await w.pass(30);
  const early = (await get('specialized', '1.0.0')).replicationStatus;
  expect(early?.aggregatedState).toBe('InProgress');
  const began = w.clock.now();
  await w.run(making);
  expect(w.clock.now() - began).toBeGreaterThan(60_000);
  const late = (await get('specialized', '1.0.0')).replicationStatus;
  expect(late).toMatchObject({ aggregatedState: 'Completed' });
  expect(late?.summary?.map(({ region, progress }) => `${region} ${progress}`)).toEqual([
    'West Europe 100',
    'North Europe 100',
    'East US 100',
  ]);
  // A further region is copied to; those that are there are not copied again.
  const shallow = captured({ publishingProfile: { replicationMode: 'Shallow' } });
  expect(await w.took(put('specialized', '1.0.1', shallow))).toBeLessThan(120);
});

test('a version that is held goes at its end of life, not before', async () => {
  const endOfLifeDate = new Date(w.clock.now() + 86_400_000);
  const held = captured({
    publishingProfile: { endOfLifeDate },
    safetyProfile: { blockDeletionBeforeEndOfLife: true },
  });
  await w.run(put('specialized', '1.0.0', held));
  const remove = () => w.compute.galleryImageVersions.delete('rg', 'mine', 'specialized', '1.0.0');
  expect(await w.refused(remove())).toMatchObject({ statusCode: 409 });
  await w.pass(86_400);
  await w.run(remove());
  expect(await w.refused(w.compute.galleryImageVersions.get('rg', 'mine', 'specialized', '1.0.0'))).toMatchObject({
    statusCode: 404,
  });
});

test('a machine starts sooner from a specialised version than from a generalised one', async () => {
  await w.run(put('specialized', '1.0.0'));
  const took = { generalised: 0, specialised: 0 };
  const RUNS = 8;
  for (let run = 0; run < RUNS; run++) {
    const nic = await nicIn(w, `nic${run}`);
    const { osProfile: _none, ...bare } = mixer(nic, {
      storageProfile: {
        imageReference: { id: idOf('galleries/mine/images/specialized/versions/1.0.0') },
        osDisk: { createOption: 'FromImage' },
      },
    });
    took.specialised += await w.took(w.compute.virtualMachines.createOrUpdate('rg', `s${run}`, bare));
    await w.run(w.compute.virtualMachines.delete('rg', `s${run}`));
    const nic2 = await nicIn(w, `nic${run}b`);
    const usual = mixer(nic2);
    const storageProfile = { ...usual.storageProfile, osDisk: { createOption: 'FromImage' as const } };
    took.generalised += await w.took(
      w.compute.virtualMachines.createOrUpdate('rg', `g${run}`, { ...usual, storageProfile }),
    );
    await w.run(w.compute.virtualMachines.delete('rg', `g${run}`));
  }
  expect(took.specialised).toBeLessThan(took.generalised / 2);
});
