import { SecretClient } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import { call, clientOptions, credential, errorOf, failure, fakeTime, pass, settle, simulator } from '../support.ts';

let sim: Simulator;
let client: SecretClient;
const VAULT = 'https://control.vault.azure.net';
beforeEach(() => {
  fakeTime();
  sim = simulator();
  client = new SecretClient(VAULT, credential, clientOptions(sim));
});
afterEach(async () => {
  await sim.stop();
  vi.useRealTimers();
});

test('the challenge comes before the body is read', async () => {
  const answer = await call(sim, 'PUT', `${VAULT}/secrets/a?api-version=2025-07-01`, '{not json', {
    authorization: '',
  });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(
    /^Bearer authorization="https:\/\/login\.windows\.net\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/,
  );
});

test('set, get by version, update, list without values', async () => {
  const expiresOn = new Date('2026-12-01T00:00:00Z');
  const first = await client.setSecret('demo-programme', 'one', { tags: { deployment: 'd' }, expiresOn });
  await client.setSecret('demo-programme', 'two');
  expect((await client.getSecret('Demo-Programme')).value).toBe('two');
  const old = await client.getSecret('demo-programme', { version: first.properties.version ?? '' });
  expect(old).toMatchObject({
    value: 'one',
    properties: { tags: { deployment: 'd' }, expiresOn, recoverableDays: 90 },
  });
  await client.updateSecretProperties('demo-programme', old.properties.version ?? '', { contentType: 'text/plain' });
  const versions: (string | undefined)[] = [];
  for await (const one of client.listPropertiesOfSecretVersions('demo-programme')) versions.push(one.contentType);
  expect(versions).toEqual(['text/plain', undefined]);
  const raw = await call(sim, 'GET', `${VAULT}/secrets?api%2Dversion=2025-07-01`);
  expect(JSON.stringify(raw.body)).not.toContain('"two"');
});

test('lists page at 25', async () => {
  for (let i = 0; i < 60; i++) await client.setSecret(`s-${String(i).padStart(2, '0')}`, 'x');
  const names: string[] = [];
  for await (const page of client.listPropertiesOfSecrets().byPage()) {
    expect(page.length).toBeLessThanOrEqual(25);
    names.push(...page.map((one) => one.name));
  }
  expect(names).toHaveLength(60);
});

test('delete is soft: a window of 404, a held name, then recover or purge', async () => {
  await client.setSecret('gone', 'x');
  const poller = await client.beginDeleteSecret('gone');
  expect(await failure(client.getDeletedSecret('gone'))).toMatchObject({ statusCode: 404 });
  expect(await failure(client.setSecret('gone', 'y'))).toMatchObject({ statusCode: 409, code: 'Conflict' });
  await settle(poller.pollUntilDone());
  expect((await client.getDeletedSecret('gone')).scheduledPurgeDate?.getTime()).toBeGreaterThan(Date.now());
  expect(await failure(client.getSecret('gone'))).toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  const held = await call(sim, 'PUT', `${VAULT}/secrets/gone?api-version=2025-07-01`, { value: 'y' });
  expect(errorOf(held)).toMatchObject({ innererror: { code: 'ObjectIsDeletedButRecoverable' } });
  const deleted: string[] = [];
  for await (const one of client.listDeletedSecrets()) deleted.push(one.name);
  expect(deleted).toEqual(['gone']);
  await settle((await client.beginRecoverDeletedSecret('gone')).pollUntilDone());
  expect((await client.getSecret('gone')).value).toBe('x');
  await settle((await client.beginDeleteSecret('gone')).pollUntilDone());
  await client.purgeDeletedSecret('gone');
  await client.setSecret('gone', 'z');
});

test('purge protection forbids the purge; vault names are global; an identity keeps its ids', async () => {
  const rg = (name: string) => `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/${name}`;
  for (const name of ['a', 'b']) await call(sim, 'PUT', `${rg(name)}?api-version=2025-04-01`, { location: 'eastus' });
  const vault = (group: string) => `${rg(group)}/providers/Microsoft.KeyVault/vaults/kept?api-version=2023-07-01`;
  await call(sim, 'PUT', vault('a'), { location: 'eastus', properties: { enablePurgeProtection: true } });
  expect((await call(sim, 'PUT', vault('b'), { location: 'eastus' })).status).toBe(409);
  const kept = new SecretClient('https://kept.vault.azure.net', credential, clientOptions(sim));
  await kept.setSecret('s', 'x');
  await settle((await kept.beginDeleteSecret('s')).pollUntilDone());
  expect(await failure(kept.purgeDeletedSecret('s'))).toMatchObject({ statusCode: 403, code: 'Forbidden' });
  const identity = `${rg('a')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine?api-version=2024-11-30`;
  const made = await call(sim, 'PUT', identity, { location: 'eastus' });
  const again = await call(sim, 'PUT', identity, { location: 'eastus', tags: { a: 'b' } });
  expect([made.status, again.status, again.body.properties]).toEqual([201, 200, made.body.properties]);
});

test('disabled secrets, bad names and unknown vaults', async () => {
  await client.setSecret('off', 'x', { enabled: false });
  expect(await failure(client.getSecret('off'))).toMatchObject({ statusCode: 403, code: 'Forbidden' });
  expect(await failure(client.setSecret('under_score', 'x'))).toMatchObject({ statusCode: 400, code: 'BadParameter' });
  const other = new SecretClient('https://nobody.vault.azure.net', credential, clientOptions(sim));
  expect((await failure(other.getSecret('x'))).statusCode).toBe(404);
});

test('a refused value is not in the answer, and no request is kept with a body', async () => {
  const canary = 'canary-'.repeat(5000);
  const answer = await call(sim, 'PUT', `${VAULT}/secrets/long?api-version=2025-07-01`, { value: canary });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).not.toContain('canary');
  expect(JSON.stringify((await call(sim, 'GET', '/_sim/requests')).body)).not.toContain('canary');
  await pass(1);
});
