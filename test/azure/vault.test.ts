import { expect, test } from 'vitest';
import { Vault } from '../../azure/vault.ts';
import { type Answer, fakeAzure, type Handler } from './fake.ts';

const challenge: Answer = {
  status: 401,
  headers: {
    'www-authenticate':
      'Bearer authorization="https://login.windows.net/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"',
  },
};
const bundle = (value: string): Answer => ({
  status: 200,
  body: { value, id: 'https://control.vault.azure.net/secrets/name/1', attributes: { enabled: true } },
});
const absent: Answer = { status: 404, body: { error: { code: 'SecretNotFound', message: 'none' } } };
const softDeleted: Answer = {
  status: 409,
  body: { error: { code: 'Conflict', message: 'x', innererror: { code: 'ObjectIsDeletedButRecoverable' } } },
};
const options = { expiresOn: new Date('2027-01-01T00:00:00Z'), tags: { deployment: 'd' } };

async function vault(handler: Handler) {
  const fake = await fakeAzure((sent, nth) => (sent.authorization ? handler(sent, nth) : challenge));
  return { fake, vault: new Vault(fake.clients.secrets('https://control.vault.azure.net')) };
}

test('set-if-absent makes a value only when there is none', async () => {
  const stored = new Map<string, string>();
  const { fake, vault: subject } = await vault((sent) => {
    const name = sent.path.split('/')[2] ?? '';
    if (sent.method === 'PUT') stored.set(name, JSON.parse(sent.body).value);
    const value = stored.get(name);
    return value === undefined ? absent : bundle(value);
  });
  await using _ = fake;
  expect(await subject.setIfAbsent('a', () => 'one', options)).toBe(true);
  expect(await subject.setIfAbsent('a', () => 'two', options)).toBe(false);
  expect(await subject.read('a')).toBe('one');
  const put = fake.sent.find((sent) => sent.method === 'PUT');
  expect(put).toMatchObject({ host: 'control.vault.azure.net' });
  expect(JSON.parse(put?.body ?? '{}').attributes.exp).toBe(options.expiresOn.getTime() / 1000);
});

test('a soft-deleted namesake is recovered, then set', async () => {
  let deleted = true;
  const { fake, vault: subject } = await vault((sent) => {
    if (sent.path.endsWith('/recover')) deleted = false;
    if (!deleted) return bundle('v');
    return sent.method === 'PUT' ? softDeleted : absent;
  });
  await using _ = fake;
  await subject.set('a', 'v', options);
  expect(fake.sent.filter((sent) => sent.authorization && sent.method !== 'GET').map((sent) => sent.method)).toEqual([
    'PUT',
    'POST',
    'PUT',
  ]);
});

test('deleting what is absent or soft-deleted is done', async () => {
  const { fake, vault: subject } = await vault((_sent, nth) => (nth < 4 ? absent : softDeleted));
  await using _ = fake;
  await subject.delete('a');
  await subject.delete('a');
});
