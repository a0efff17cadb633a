import { describe, expect, test } from 'vitest';
import { proofOf, provedAt } from '../../contract/relay-control.ts';
import { languageCode, streamIdOf, wishIn, wishOf } from '../../contract/stream-id.ts';

describe('what a stream id asks for', () => {
  test.each([
    ['#!::r=programme,audio=fra', 'fr'],
    ['#!::audio=fre,m=request,r=programme', 'fr'],
    ['%23!::r%3Dprogramme%2Caudio%3Dfra', 'fr'],
    ['%23%21%3A%3Ar%3Dprogramme%2Caudio%3D2', 2],
    ['!::r=programme,audio=spa', 'es'],
    ['#!::r=programme/deu', 'de'],
    ['audio=2', 2],
    ['audio=ger', 'de'],
    ['programme/fra', 'fr'],
    ['programme%2Ffra', 'fr'],
    ['programme/16', 16],
    ['programme/PT-br', 'pt'],
  ])('%s', (id, wish) => {
    expect(wishIn(id)).toBe(wish);
  });
  test.each([
    '',
    'programme',
    '#!::r=programme,m=request',
    'audio=',
    'audio=0',
    '#!::u=me/he',
    '%zz/fra%',
    'a/b/',
    '/!',
  ])('%j asks for the floor', (id) => {
    expect(wishIn(id)).toBeUndefined();
  });
  test('a wish comes back as it went', () => {
    for (const wish of [undefined, 3, 'fr', 'qaa']) expect(wishIn(streamIdOf(wish) ?? '')).toBe(wish);
    expect(streamIdOf('fr')).toMatch(/^[a-z0-9/]+$/);
  });
  test('the forms of a language’s code are one', () => {
    for (const forms of [
      ['fr', 'fra', 'fre', 'FRA', 'fr-CA'],
      ['zh', 'zho', 'chi'],
      ['nl', 'nld', 'dut'],
    ])
      expect(new Set(forms.map(languageCode))).toEqual(new Set([forms[0]]));
    for (const none of ['', 'f', 'french', '1', 'fr_CA', '../x']) expect(languageCode(none)).toBeUndefined();
    expect(wishOf('french')).toBeUndefined();
  });
});

describe('the proof of a request to a relay', () => {
  const request = { method: 'POST', path: '/source?x=1', body: '{"active":"backup"}' };
  const NOW = 1_800_000_000_000;
  test('is of this passphrase, this request and this minute', async () => {
    const proof = await proofOf('presenter-secret-1', request, NOW);
    expect(await provedAt('presenter-secret-1', request, proof, NOW + 30_000)).toBe(NOW);
    expect(proof).not.toContain('presenter');
    const others = [
      provedAt('presenter-secret-2', request, proof, NOW),
      provedAt('presenter-secret-1', { ...request, body: '{"active":"main"}' }, proof, NOW),
      provedAt('presenter-secret-1', { ...request, path: '/source' }, proof, NOW),
      provedAt('presenter-secret-1', { ...request, method: 'GET' }, proof, NOW),
      provedAt('presenter-secret-1', request, proof, NOW + 61_000),
      provedAt('presenter-secret-1', request, proof, NOW - 61_000),
      provedAt(
        'presenter-secret-1',
        request,
        proof.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
        NOW,
      ),
      provedAt('presenter-secret-1', request, proof.replace(`${NOW}`, `${NOW + 1}`), NOW),
      provedAt('presenter-secret-1', request, undefined, NOW),
      provedAt('presenter-secret-1', request, 'Bearer x', NOW),
    ];
    for (const other of others) expect(await other).toBeUndefined();
  });
});
