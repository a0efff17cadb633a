import { afterEach, beforeEach, expect, test } from 'vitest';
import { callerOf } from '../../../../local/azure/core/caller.ts';
import { type World, world } from '../world.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

const ask = (method: string, path: string, form?: Record<string, string>) =>
  w.run(
    w.simulator.handle({
      method,
      url: new URL(path, 'https://localhost:18443'),
      headers: form ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      body: form ? new URLSearchParams(form).toString() : undefined,
    }),
  );

test('endpoints name the caller’s own origin, as one object for old clients and as a list of clouds for new ones', async () => {
  expect(await ask('GET', '/metadata/endpoints?api-version=2015-01-01')).toMatchObject({
    status: 200,
    body: {
      authentication: { loginEndpoint: 'https://localhost:18443/adfs', audiences: ['https://localhost:18443/'] },
    },
  });
  expect((await ask('GET', '/metadata/endpoints?api-version=2022-09-01')).body).toMatchObject([
    { resourceManager: 'https://localhost:18443' },
  ]);
  expect(await ask('GET', '/adfs/.well-known/openid-configuration')).toMatchObject({
    body: { token_endpoint: 'https://localhost:18443/adfs/oauth2/token' },
  });
});

test('a token says who calls, and the same client is always the same principal', async () => {
  const form = {
    grant_type: 'client_credentials',
    client_id: 'abc',
    client_secret: 's',
    scope: 'https://localhost:18443//.default',
  };
  const token = async () =>
    ((await ask('POST', '/adfs/oauth2/token', form)).body as { access_token: string }).access_token;
  const caller = async () =>
    callerOf({ method: 'GET', url: new URL('https://x'), headers: { authorization: `Bearer ${await token()}` } });
  expect((await caller()).appId).toBe('abc');
  expect(await caller()).toEqual(await caller());
});

test.each([
  ['no secret', { grant_type: 'client_credentials', client_id: 'abc' }, 401, 'invalid_client'],
  ['no client', { grant_type: 'client_credentials', client_secret: 's' }, 400, 'invalid_request'],
  ['a person’s password', { grant_type: 'password', client_id: 'abc' }, 400, 'unsupported_grant_type'],
])('refused: %s', async (_, form, status, error) => {
  expect(await ask('POST', '/adfs/oauth2/token', form)).toMatchObject({
    status,
    body: { error, error_description: expect.stringMatching(/^AADSTS/) },
  });
});
