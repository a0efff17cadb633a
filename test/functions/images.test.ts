/** What the installation's machines and containers start from, by the whole product. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Image } from '../../contract/api/images.ts';
import { arm, deploy } from '../system/look.ts';
import { World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'images' });
});
afterAll(() => world.stop());

const DEFINITIONS = 'resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images';
const show = async (name: string) => (await world.call<Image>('GET', `/api/images/${name}`)).body;

test('before anything runs: one version, proved, used by nobody', async () => {
  const { body } = await world.call<{ images: Image[] }>('GET', '/api/images');
  expect(body.images.map(({ image, kind }) => `${image} ${kind}`)).toEqual([
    'mixer machine',
    'relay containers',
    'slides containers',
  ]);
  expect(await show('mixer')).toMatchObject({
    pinned: true,
    current: '1.0.0',
    rollback: null,
    versions: [{ version: '1.0.0', osState: 'generalised', proved: true, current: true, usedBy: [] }],
  });
  expect(await world.call('GET', '/api/images/kettle')).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('mixer') },
  });
});

test('an event uses its versions as soon as it is accepted, and machines of others count too', async () => {
  await deploy(world, 'demo');
  expect((await show('mixer')).versions[0]?.usedBy).toEqual(['demo']);
  await world.until('demo', ['live', 'failed']);
  expect((await show('mixer')).versions[0]?.usedBy).toEqual(['demo']);
  const relay = await show('relay');
  expect(relay.versions.find(({ current }) => current)).toMatchObject({ usedBy: ['demo'], proved: null });
});

test('a version that is being copied says how far it is, and one without a proof says so', async () => {
  const version = {
    location: 'westeurope',
    properties: {
      publishingProfile: { targetRegions: [{ name: 'westeurope' }, { name: 'northeurope' }] },
      storageProfile: { osDiskImage: { sizeInGB: 127 } },
    },
  };
  expect(await arm(world, 'PUT', `${DEFINITIONS}/mixer/versions/0.9.0`, version, '2024-03-03')).toBe(201);
  const making = (await show('mixer')).versions.find(({ version: name }) => name === '0.9.0');
  expect(making).toMatchObject({ state: 'Creating', proved: false });
  expect(making?.regions).toMatchObject([{ region: 'westeurope', state: 'Replicating' }, { region: 'northeurope' }]);
  await world.pass(3600);
  const made = await show('mixer');
  expect(made.versions.at(-1)).toMatchObject({ version: '0.9.0', state: 'Succeeded', proved: false });
  // It is older, but nobody has proved it.
  expect(made.rollback).toBeNull();
});
