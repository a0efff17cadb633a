import { describe, expect, test } from 'vitest';
import { masking } from '../../azure/secret-forms.ts';

const SECRETS = [
  'abcd-efgh-1j2k-mnop-9xyz',
  'Pa$$"w0rd\\with/odd&<chars>+=',
  'kurz7!',
  'längerer-schlüssel-ß',
  'Q7vXk2mN9pRt4wYz8bLc5dHf',
];
const b64 = (text: string, before = '', after = '') => Buffer.from(before + text + after).toString('base64');
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const percent = (text: string) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase());

const FORMS: Record<string, (secret: string) => string> = {
  'as it is': (s) => s,
  'in capitals': (s) => s.toUpperCase(),
  'escaped for JSON': json,
  'escaped for JSON twice': (s) => json(json(s)),
  'escaped for JSON, slashes too': (s) => json(s).replaceAll('/', '\\/'),
  'escaped for JSON, letter by letter': (s) =>
    [...s].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': percent,
  'percent-encoded twice': (s) => encodeURIComponent(encodeURIComponent(s)),
  'percent-encoded, every byte': (s) =>
    [...Buffer.from(s)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  'for HTML': (s) =>
    s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  'in hexadecimal': (s) => Buffer.from(s).toString('hex'),
  'in base64': (s) => b64(s),
  'in base64 behind one byte': (s) => b64(s, 'x', 'yz'),
  'in base64 behind two bytes': (s) => b64(s, 'xy', 'z'),
  'in base64 inside JSON': (s) => b64(`{"value":"${s}"}`),
  'in base64url': (s) => Buffer.from(s).toString('base64url'),
  'in base64url behind one byte': (s) => Buffer.from(`x${s}`).toString('base64url'),
};

describe.each(SECRETS)('%j', (secret) => {
  const mask = masking([secret]);
  test.each(Object.entries(FORMS))('%s is masked', (_what, form) => {
    const shown = mask(`The value '${form(secret)}' is bad.`);
    expect(shown).toContain('***');
    // Fewer letters of it than tell anything may stand beside the mask: they hang on what came before or after.
    const rest = shown.replace("The value '", '').replace("' is bad.", '').replaceAll('***', '');
    expect(rest.length).toBeLessThanOrEqual(form === FORMS['in base64 inside JSON'] ? 22 : 8);
  });
  test('cut anywhere it is masked', () => {
    for (let from = 0; from + 6 <= secret.length; from++) {
      const shown = mask(`bad value: ${secret.slice(from, from + 12)}...`);
      expect(shown).toBe('bad value: ***...');
    }
    const encoded = b64(`{"v":"${secret}"}`);
    expect(mask(`cut: ${encoded.slice(0, encoded.length - 6)}`)).toContain('***');
  });
  test('words beside it stay', () => {
    const text = 'Caller is not authorized to perform action on resource. Forbidden: SecretDisabled (409).';
    expect(mask(text)).toBe(text);
    expect(mask(`${text}${secret}${text}`)).toBe(`${text}***${text}`);
  });
});

test('several secrets at once; none at all; empty ones', () => {
  expect(masking(['first-secret', 'second-secret'])('first-secret and second-secret')).toBe('*** and ***');
  expect(masking([])('text')).toBe('text');
  expect(masking([''])('text')).toBe('text');
  expect(masking(['kk'])('akkb')).toBe('a***b');
});

test('is quick', () => {
  const from = performance.now();
  masking(Array.from({ length: 50 }, (_, n) => `${n}`.repeat(200)))('x'.repeat(100_000));
  expect(performance.now() - from).toBeLessThan(3000);
});
