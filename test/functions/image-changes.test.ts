/** Versions are chosen, pinned, rolled back and removed, and never under an event that runs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageChange } from '../../contract/api/image-changes.ts';
import type { Image } from '../../contract/api/images.ts';
import { arm, deploy, settled, teardown } from '../system/look.ts';
import { World } from '../system/world.ts';

let world: World;
const VERSIONS =
  'resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images/mixer/versions';
const OURS = { 'managed-by': 'stream-control' };
const put = (version: string, tags: object) =>
  arm(
    world,
    'PUT',
    `${VERSIONS}/${version}`,
    {
      location: 'westeurope',
      tags,
      properties: {
        publishingProfile: { targetRegions: [{ name: 'westeurope' }, { name: 'northeurope' }, { name: 'eastus' }] },
        storageProfile: { osDiskImage: { sizeInGB: 127 } },
      },
    },
    '2024-03-03',
  );
beforeAll(async () => {
  world = await World.create({ seed: 'image-changes' });
  await put('1.1.0', { ...OURS, 'smoke-test': 'passed' });
  await put('1.2.0', OURS);
  await put('1.3.0', { 'smoke-test': 'passed' });
  await world.pass(3 * 3600);
});
afterAll(() => world.stop());

const post = <T = ImageChange>(path: string, body: object) => world.call<T>('POST', `/api/images/mixer/${path}`, body);
const show = async () => (await world.call<Image>('GET', '/api/images/mixer')).body;
const imageOf = async (event: string) => {
  const { input } = await world.instance<{ installation: { images: { mixer: string } } }>(`event-${event}`);
  return input.installation.images.mixer.split('/').at(-1);
};
const gone = async (event: string) => {
  const { body } = await teardown(world, event);
  expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
};

test('a version is chosen when it is there and proved; an event keeps the one it began with', async () => {
  await deploy(world, 'early');
  expect(await post('use', { version: '9.9.9' })).toMatchObject({ status: 400 });
  expect(await post('use', { version: '1.2.0' })).toMatchObject({ status: 422 });
  expect((await post('use', { version: '1.1.0' })).body).toMatchObject({
    from: '1.0.0',
    to: '1.1.0',
    done: true,
    running: ['early'],
  });
  expect(await show()).toMatchObject({ current: '1.1.0', rollback: '1.0.0' });
  await deploy(world, 'later');
  expect([await imageOf('early'), await imageOf('later')]).toEqual(['1.0.0', '1.1.0']);
  await world.until('later', ['live']);
  await world.until('early', ['live']);
  const used = Object.fromEntries((await show()).versions.map(({ version, usedBy }) => [version, usedBy]));
  expect(used).toMatchObject({ '1.0.0': ['early'], '1.1.0': ['later'] });
});

test('a version in use, current, pinned or not ours is not removed', async () => {
  const remove = (version: string) => world.call('DELETE', `/api/images/mixer/versions/${version}`);
  expect(await remove('1.0.0')).toMatchObject({ status: 409, body: { detail: expect.stringContaining('early') } });
  await gone('later');
  expect(await remove('1.1.0')).toMatchObject({ status: 409, body: { detail: expect.stringContaining('next event') } });
  expect(await remove('1.3.0')).toMatchObject({ status: 409, body: { detail: expect.stringContaining('our tag') } });
  await post('pins', { event: 'annual', version: '1.2.0', force: true });
  expect(await remove('1.2.0')).toMatchObject({ status: 409, body: { detail: expect.stringContaining('annual') } });
  await post('pins', { event: 'annual', version: null });
  expect(await remove('1.2.0')).toMatchObject({ status: 202 });
  expect(await remove('7.0.0')).toMatchObject({ status: 404 });
  await world.pass(600);
  expect((await show()).versions.map(({ version }) => version)).toEqual(['1.3.0', '1.1.0', '1.0.0']);
});

test('a rollback says first what would change, and then changes it', async () => {
  expect((await post('rollback', {})).body).toEqual({
    image: 'mixer',
    from: '1.1.0',
    to: '1.0.0',
    done: false,
    running: ['early'],
    pinned: [],
  });
  expect((await show()).current).toBe('1.1.0');
  expect((await post('rollback', { confirm: true })).body).toMatchObject({ to: '1.0.0', done: true });
  expect((await show()).current).toBe('1.0.0');
  expect(await post('rollback', { confirm: true })).toMatchObject({ status: 409 });
  expect((await post('use', { version: null })).body).toMatchObject({ to: '1.0.0', done: true });
});

test('a chosen version that is gone: the next newest that is proved, and that is said', async () => {
  await post('pins', { event: 'pinned', version: '1.1.0' });
  expect(await arm(world, 'DELETE', `${VERSIONS}/1.1.0`, undefined, '2024-03-03')).toBeLessThan(300);
  await world.pass(600);
  const { body } = await world.call<{ checks: { name: string; outcome: string; detail: string }[] }>(
    'POST',
    '/api/plan',
    {
      event: 'pinned',
      languages: ['original'],
    },
  );
  expect(body.checks.find(({ name }) => name === 'mixer image')).toMatchObject({
    outcome: 'warn',
    detail: expect.stringContaining('1.1.0 that was chosen is gone: 1.0.0'),
  });
  await deploy(world, 'pinned');
  expect(await imageOf('pinned')).toBe('1.0.0');
  await world.until('pinned', ['live']);
});
