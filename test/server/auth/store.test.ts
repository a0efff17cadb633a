/** Both places where users are kept behave alike: a folder, and a table as Azurite keeps it. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStore } from '../../../server/auth/file-store.ts';
import type { KeptUser, UserStore } from '../../../server/auth/store.ts';
import { tableStore } from '../../../server/auth/table-store.ts';
import { type Azurite, startAzurite } from '../../conformance/extension/azurite.ts';
import { tableSignature } from '../../conformance/extension/storage.ts';

let folder: string;
let azurite: Azurite;
let table: (partition: string) => UserStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-control-users-'));
  azurite = await startAzurite();
  const endpoint = /TableEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '';
  // Azurite takes tokens over TLS only: what a token says a signature says here.
  const signature = tableSignature(azurite.connectionString);
  const made = await fetch(`${endpoint}/Tables?${signature}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json;odata=nometadata' },
    body: JSON.stringify({ TableName: 'users' }),
  });
  expect(made.status).toBe(201);
  table = (partition) =>
    tableStore(`${endpoint}/users`, partition, async (url) => {
      for (const [name, value] of new URLSearchParams(signature)) url.searchParams.set(name, value);
      return {};
    });
}, 160_000);
afterAll(async () => {
  await azurite?.stop();
  await rm(folder, { recursive: true, force: true });
});

const user = (name: string, more: Partial<KeptUser> = {}): KeptUser => ({
  ...{ name, role: 'read', paths: ['*'], tokens: [{ id: 'a', hash: 'b', at: '2026-11-27T10:00:00.000Z' }] },
  ...more,
});
const names = async (store: UserStore) => (await store.all()).map(({ name }) => name).sort();

describe.each([
  ['a folder', (of: string) => fileStore(join(folder, of))],
  ['a table', (of: string) => table(of)],
])('%s', (_name, open) => {
  test('keeps, replaces and removes', async () => {
    const store = open('demo-a-b');
    expect(await store.all()).toEqual([]);
    await store.put(user('anna'));
    await store.put(user('ben', { password: 'scrypt$1$2' }));
    await store.put(user('anna', { role: 'publish', paths: ['stage'] }));
    const again = open('demo-a-b');
    expect(await names(again)).toEqual(['anna', 'ben']);
    expect((await again.all()).find(({ name }) => name === 'anna')).toEqual(
      user('anna', { role: 'publish', paths: ['stage'] }),
    );
    await again.remove('anna');
    await again.remove('anna');
    expect(await names(store)).toEqual(['ben']);
  });
  test('another deployment’s users are not seen', async () => {
    await open('one').put(user('anna'));
    expect(await names(open("two' or PartitionKey ne '"))).toEqual([]);
  });
});

test('a damaged file is named, and nobody is let in meanwhile', async () => {
  const store = fileStore(join(folder, 'damaged'));
  await store.all();
  await store.put(user('anna'));
  await writeFile(join(folder, 'damaged', 'ben.json'), '{');
  await expect(store.all()).rejects.toThrow(/ben\.json.*is damaged/);
  expect(await readdir(join(folder, 'damaged'))).toHaveLength(2);
});
