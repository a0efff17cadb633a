import { describe, expect, test } from 'vitest';
import {
  containerVersion,
  isRegistryHost,
  parseImage,
  registryOf,
  runsImage,
  sameContainerImage,
  takesIdentity,
} from '../../domain/request/images.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OWN = ['streamcontrol.azurecr.io/relay:1', 'streamcontrol.azurecr.io/slides:1'];

describe('references', () => {
  test.each([
    ['relay', 'docker.io', 'relay'],
    ['someone/relay:2', 'docker.io', 'someone/relay'],
    ['registry.azurecr.io/relay', 'registry.azurecr.io', 'relay'],
    ['registry.azurecr.io/media/srt-relay:v1.2_3', 'registry.azurecr.io', 'media/srt-relay'],
    [`registry.azurecr.io/relay@${DIGEST}`, 'registry.azurecr.io', 'relay'],
    [`registry.azurecr.io:443/relay:2@${DIGEST}`, 'registry.azurecr.io:443', 'relay'],
    ['localhost:5000/relay', 'localhost:5000', 'relay'],
  ])('%s', (text, host, path) => {
    expect(parseImage(text)).toMatchObject({ host, path });
  });
  test.each([
    '',
    ' relay',
    'relay ',
    'relay\n',
    'relay:',
    'relay@',
    'relay:2:3',
    'UPPER/relay',
    'Registry.azurecr.io/relay',
    'registry.azurecr.io/Relay',
    'registry.azurecr.io/',
    'registry.azurecr.io//relay',
    '/relay',
    '../relay',
    'registry.azurecr.io/../relay',
    'registry.azurecr.io./relay',
    '.azurecr.io/relay',
    'streamcontrol.azurecr.io@evil.example/relay',
    'user:secret@evil.example/relay',
    'https://registry.azurecr.io/relay',
    'registry.azurecr.io:/relay',
    'registry.azurecr.io:port/relay',
    'registry.azurecr.io\\@evil.example/relay',
    'registry.azurecr.io%2f@evil/relay',
    'registry.azurecr.io?x/relay',
    'registry.azurecr.io#/relay',
    '[::1]/relay',
    'streamcontrol。azurecr.io/relay',
    'relay@sha256:abc',
    `relay@${DIGEST}@${DIGEST}`,
    `registry.azurecr.io/${'a'.repeat(300)}`,
    `registry.azurecr.io/${'a-'.repeat(140)}!`,
  ])('%j is none', (text) => {
    expect(parseImage(text)).toBeUndefined();
    expect(runsImage(text, [text], [])).toBe(false);
  });
});

describe('which images are run', () => {
  test.each([
    'streamcontrol.azurecr.io/relay:2',
    'streamcontrol.azurecr.io/other/relay',
    `streamcontrol.azurecr.io/relay@${DIGEST}`,
  ])('%s lies beside our own', (image) => expect(runsImage(image, OWN, [])).toBe(true));
  test.each([
    'evil.azurecr.io/relay:1',
    'relay:1',
    'streamcontrol.azurecr.io.evil.example/relay:1',
    'evil.example/streamcontrol.azurecr.io/relay:1',
    'streamcontrol.azurecr.io:8443/relay:1',
    'xstreamcontrol.azurecr.io/relay:1',
    'docker.io/streamcontrol/relay',
    'azurecr.io/relay',
  ])('%s does not', (image) => expect(runsImage(image, OWN, [])).toBe(false));
  test('what an admin allows is run, that host and no other', () => {
    expect(runsImage('other.azurecr.io/relay', OWN, ['other.azurecr.io'])).toBe(true);
    expect(runsImage('someone/relay', OWN, ['docker.io'])).toBe(true);
    expect(runsImage('other.azurecr.io:444/relay', OWN, ['other.azurecr.io'])).toBe(false);
    expect(runsImage('x.other.azurecr.io/relay', OWN, ['other.azurecr.io'])).toBe(false);
  });
  test('in a registry that anyone may fill, the owner counts', () => {
    const own = ['ghcr.io/church/relay:1'];
    expect(registryOf('ghcr.io/church/relay:1')).toBe('ghcr.io/church');
    expect(runsImage('ghcr.io/church/other:2', own, [])).toBe(true);
    expect(runsImage('ghcr.io/evil/relay:2', own, [])).toBe(false);
    expect(runsImage('evil/relay', ['relay:1'], [])).toBe(false);
    expect(runsImage('church/relay:2', ['church/relay:1'], [])).toBe(true);
  });
  test('the identity is shown to private registries only', () => {
    const shown = (text: string) => {
      const image = parseImage(text);
      return image !== undefined && takesIdentity(image);
    };
    expect(shown('streamcontrol.azurecr.io/relay')).toBe(true);
    for (const text of [
      'relay',
      'someone/relay',
      'docker.io/someone/relay',
      'ghcr.io/someone/relay',
      'localhost/relay',
    ])
      expect(shown(text), text).toBe(false);
  });
  test.each([
    ['other.azurecr.io', true],
    ['localhost:5000', true],
    ['*', false],
    ['*.azurecr.io', false],
    ['', false],
    ['a/b', false],
  ])('%j as a registry: %s', (text, expected) => expect(isRegistryHost(text)).toBe(expected));
});

test('versions of container images: the digest, else the tag; one image whatever its version', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(
    ['r.azurecr.io/relay:1.4', `r.azurecr.io/relay:1.4@${digest}`, 'localhost:5000/relay', 'relay'].map(
      containerVersion,
    ),
  ).toEqual(['1.4', digest, 'latest', 'latest']);
  expect(sameContainerImage('r.azurecr.io/relay:1', `r.azurecr.io/relay@${digest}`)).toBe(true);
  expect(sameContainerImage('r.azurecr.io/relay:1', 'r.azurecr.io/slides:1')).toBe(false);
  expect(sameContainerImage('r.azurecr.io/relay:1', 'other.azurecr.io/relay:1')).toBe(false);
});
