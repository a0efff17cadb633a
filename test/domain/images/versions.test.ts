import { expect, test } from 'vitest';
import { parseGalleryImage, usersOf } from '../../../domain/images/uses.ts';
import { compareVersions, isProved, newestFirst, newestProved, type Version } from '../../../domain/images/versions.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const version = (name: string, more: Partial<Version> = {}): Version => ({
  name,
  osState: 'generalised',
  state: 'Succeeded',
  proved: true,
  excluded: false,
  regions: ['westeurope'],
  ...more,
});
const wanted = { region: 'westeurope', osState: 'generalised', now: NOW } as const;

test('versions compare as numbers, and of one number the specialised one stands first', () => {
  expect(['1.9.0', '1.10.0', '1.2.30', '2.0.0'].sort(compareVersions)).toEqual(['1.2.30', '1.9.0', '1.10.0', '2.0.0']);
  const both = [version('1.0.0'), version('1.1.0'), version('1.1.0', { osState: 'specialised' })];
  expect(newestFirst(both).map(({ name, osState }) => `${name} ${osState}`)).toEqual([
    '1.1.0 specialised',
    '1.1.0 generalised',
    '1.0.0 generalised',
  ]);
});

test.each([
  ['the newest', [version('1.9.0'), version('1.10.0')], '1.10.0'],
  ['not one that is not proved', [version('1.0.0'), version('1.1.0', { proved: false })], '1.0.0'],
  ['not one that is being made', [version('1.0.0'), version('1.1.0', { state: 'Creating' })], '1.0.0'],
  ['not one that is elsewhere', [version('1.0.0'), version('1.1.0', { regions: ['eastus'] })], '1.0.0'],
  ['not one that is excluded', [version('1.0.0'), version('1.1.0', { excluded: true })], '1.0.0'],
  ['not one of the other kind', [version('1.0.0'), version('1.1.0', { osState: 'specialised' })], '1.0.0'],
  [
    'not one past its end, while another is there',
    [version('1.0.0'), version('1.1.0', { endOfLife: '2026-11-20T00:00:00Z' })],
    '1.0.0',
  ],
  ['one past its end, when there is no other', [version('1.1.0', { endOfLife: '2026-11-20T00:00:00Z' })], '1.1.0'],
  ['none of none', [], undefined],
])('the newest proved version is %s', (_what, versions, name) => {
  expect(newestProved(versions, wanted)?.name).toBe(name);
});

test('the next one after a version is older than it, whether or not that one is still there', () => {
  const versions = [version('1.0.0'), version('1.2.0')];
  expect(newestProved(versions, { ...wanted, before: '1.2.0' })?.name).toBe('1.0.0');
  expect(newestProved(versions, { ...wanted, before: '1.1.0' })?.name).toBe('1.0.0');
  expect(newestProved(versions, { ...wanted, before: '1.0.0' })).toBeUndefined();
});

test('a proof is the tag with its one value, in whatever case Azure gives its name back', () => {
  expect(isProved({ 'Smoke-Test': 'passed' })).toBe(true);
  expect(isProved({ 'smoke-test': 'failed' })).toBe(false);
  expect(isProved({ 'smoke-test': 'passed', 'SMOKE-TEST': 'failed' })).toBe(false);
  expect(isProved(undefined)).toBe(false);
});

test('users of a version: by its name, or by what Azure made of the latest', () => {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/mixer';
  expect(parseGalleryImage(`${id}/versions/1.0.0`)).toMatchObject({ id, definition: 'mixer', version: '1.0.0' });
  expect(parseGalleryImage('/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/x')).toBeUndefined();
  const uses = [
    { by: 'congress', image: `${id}/versions/1.0.0` },
    { by: 'congress', image: `${id.toUpperCase()}/versions/1.0.0` },
    { by: 'annual', image: id, exactVersion: '1.0.0' },
    { by: 'later', image: id },
    { by: 'other', image: `${id}-specialised/versions/1.0.0` },
  ];
  expect(usersOf(id, '1.0.0', uses)).toEqual(['annual', 'congress']);
  expect(usersOf(id, '1.1.0', uses)).toEqual([]);
});
