import { expect, test } from 'vitest';
import { AzureFailure } from '../../azure/errors.ts';
import { Vault } from '../../azure/vault.ts';
import { fakeAzure } from './fake.ts';

const KEY = 'canary-key-1234';
const expiresOn = new Date('2030-01-01T00:00:00Z');

test('a vault that quotes the secret it refuses is not quoted', async () => {
  await using azure = await fakeAzure(() => ({
    status: 400,
    body: { error: { code: 'BadParameter', message: `Cannot store '${KEY}' here.` } },
  }));
  const vault = new Vault(azure.clients.secrets('https://control.vault.azure.net'));
  const error = await vault.set('name', KEY, { expiresOn, tags: {} }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AzureFailure);
  expect((error as AzureFailure).classified.failure.message).toBe("Cannot store '***' here.");
  expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain(KEY);
});

test('other refusals stay as they are', async () => {
  await using azure = await fakeAzure(() => ({
    status: 403,
    body: { error: { code: 'Forbidden', message: 'Caller is not authorized.' } },
  }));
  const vault = new Vault(azure.clients.secrets('https://control.vault.azure.net'));
  await expect(vault.set('name', KEY, { expiresOn, tags: {} })).rejects.toMatchObject({ statusCode: 403 });
});

test.each([
  ['in base64', Buffer.from(KEY).toString('base64')],
  ['cut', KEY.slice(0, 9)],
  ['percent-encoded', [...Buffer.from(KEY)].map((byte) => `%${byte.toString(16)}`).join('')],
])('a refusal that quotes the secret %s is masked, in whatever part of the answer', async (_what, form) => {
  await using azure = await fakeAzure(() => ({
    status: 400,
    body: { error: { code: 'BadParameter', message: 'Bad.', innererror: { code: 'X', message: `was ${form}` } } },
  }));
  const vault = new Vault(azure.clients.secrets('https://control.vault.azure.net'));
  const error = await vault.set('name', KEY, { expiresOn, tags: {} }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AzureFailure);
  expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain(form);
});
