import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeysUnavailable, tokenCheck } from '../../azure/entra.ts';
import { createTransport } from '../../azure/transport.ts';
import { ANN, AUDIENCE, CLIENT, type Issuer, issuer, TENANT } from '../functions/issuer.ts';

let entra: Issuer;
beforeAll(async () => {
  entra = await issuer();
});
afterAll(() => entra[Symbol.asyncDispose]());

const transport = createTransport({ simulatorUrl: undefined });
const fresh = (cooldown?: number) => tokenCheck(entra.settings, transport, cooldown);

describe('what Entra issues for this installation counts', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a v2 token', {}],
    ['a v1 token', { iss: `https://sts.windows.net/${TENANT}/`, aud: AUDIENCE }],
    ['a v1 token for the client id', { iss: `https://sts.windows.net/${TENANT}/`, aud: CLIENT }],
    ['one that has ended within the tolerance', { exp: Math.floor(Date.now() / 1000) - 30 }],
    ['the tenant in capitals', { tid: TENANT.toUpperCase() }],
  ])('%s', async (_what, claims) => {
    expect(await fresh()(await entra.token(['Operator'], claims))).toEqual({
      objectId: ANN,
      name: 'ann@example.org',
      roles: new Set(['operator']),
    });
  });

  test('a managed identity has no address: its application names it', async () => {
    const token = await entra.token(['agent'], { preferred_username: undefined, azp: 'the-application' });
    expect(await fresh()(token)).toMatchObject({ name: 'the-application', roles: new Set(['agent']) });
  });

  test.each([['admin'], [{ admin: true }], [[['admin']]], [undefined], [null], [7]])(
    'roles that are no list of texts are none: %j',
    async (roles) => {
      expect((await fresh()(await entra.token(roles)))?.roles).toEqual(new Set());
    },
  );
});

test('nothing else does', async () => {
  const check = fresh();
  for (const [what, token] of Object.entries(await entra.forged())) expect(await check(token), what).toBeUndefined();
});

test('without a tenant nobody is anybody', async () => {
  const check = tokenCheck({ ...entra.settings, tenantId: undefined }, transport);
  expect(await check(await entra.token(['admin']))).toBeUndefined();
});

describe('the keys', () => {
  test('are fetched once for many tokens', async () => {
    const check = fresh();
    const before = entra.asked;
    for (let i = 0; i < 5; i++) expect(await check(await entra.token(['viewer']))).toBeDefined();
    expect(entra.asked - before).toBe(1);
  });

  test('are fetched again for a key that nobody knows, but not at every such token', async () => {
    const [eager, calm] = [fresh(0), fresh()];
    const old = await entra.token(['viewer']);
    expect(await eager(old)).toBeDefined();
    expect(await calm(old)).toBeDefined();
    await entra.rotate();
    const before = entra.asked;
    const token = await entra.token(['viewer']);
    expect(await eager(token)).toBeDefined();
    expect(await eager(old)).toBeUndefined();
    const asked = entra.asked;
    expect(asked).toBeGreaterThan(before);
    for (let i = 0; i < 5; i++) expect(await calm(token)).toBeUndefined();
    expect(entra.asked).toBe(asked);
  });

  test.each([
    ['an error', { status: 500, body: '' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['no set of keys', { status: 200, body: '{"keys":"none"}' }],
  ])('that answer %s are no judgement on a token; known ones go on counting', async (_what, broken) => {
    const known = fresh(0);
    const token = await entra.token(['viewer']);
    expect(await known(token)).toBeDefined();
    entra.broken = broken;
    try {
      await expect(fresh()(token)).rejects.toThrow(KeysUnavailable);
      expect(await known(token)).toBeDefined();
      // A key that is unknown makes it ask; what comes of that changes nothing for the others.
      expect(await known(await entra.token(['viewer'], {}, { kid: 'unknown' }))).toBeUndefined();
      expect(await known(token)).toBeDefined();
    } finally {
      entra.broken = undefined;
    }
  });
});
