/** Pictures between two instances of the app: through a table of the storage account, as Azurite keeps it. */

import type { HttpClient } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Table } from '../../azure/table.ts';
import type { LivePicture } from '../../contract/api/pictures.ts';
import { PICTURES_TABLE, tablePictures } from '../../functions/pictures/table.ts';
import { type Azurite, startAzurite } from '../conformance/extension/azurite.ts';
import { tableSignature } from '../conformance/extension/storage.ts';

let azurite: Azurite;
let endpoint: string;
let transport: HttpClient;
beforeAll(async () => {
  azurite = await startAzurite();
  endpoint = /TableEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '';
  // Azurite takes tokens over TLS only: what a token says a signature says here.
  const signature = tableSignature(azurite.connectionString);
  const network = createDefaultHttpClient();
  transport = {
    sendRequest(request) {
      expect(request.headers.get('authorization')).toBe('Bearer token');
      request.headers.delete('authorization');
      request.url += `${request.url.includes('?') ? '&' : '?'}${signature}`;
      return network.sendRequest(request);
    },
  };
}, 160_000);
afterAll(() => azurite?.stop());

const store = () => {
  const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  return tablePictures(async () => new Table({ transport, credential }, endpoint, PICTURES_TABLE));
};
const shown = (component: string, more: Partial<LivePicture> = {}): LivePicture => ({
  ...{ component, language: 'french', at: '2026-11-27T10:00:00.000Z', type: 'image/jpeg', peakDb: -18.5 },
  picture: Buffer.alloc(28_000, 'jpeg').toString('base64'),
  ...more,
});

test('what one instance keeps another one shows, the newest of each; looks are seen; what is old goes', async () => {
  const [one, other] = [store(), store()];
  expect(await one.kept('demo-a-b')).toEqual([]);
  expect(await one.lookedAt('demo-a-b')).toBeUndefined();
  // Both at once, when there is no table yet.
  const now = Date.parse('2026-11-27T10:00:05Z');
  await Promise.all([one.look('demo-a-b', now), other.keep('demo-a-b', shown('mixer-french', { peakDb: null }))]);
  expect(await other.lookedAt('demo-a-b')).toBe(now);
  await other.keep('demo-a-b', shown('mixer-french'));
  await one.keep('demo-a-b', shown('edge-1', { language: null, peakDb: -120, type: 'image/png' }));
  await one.keep('other-a-b', shown('mixer-french'));
  const all = await one.kept('demo-a-b');
  expect(all.sort((a, b) => a.component.localeCompare(b.component))).toEqual([
    shown('edge-1', { language: null, peakDb: -120, type: 'image/png' }),
    shown('mixer-french'),
  ]);
  await one.sweep(now);
  expect(await one.kept('demo-a-b')).toEqual([]);
  expect(await one.kept('other-a-b')).toEqual([]);
  expect(await other.lookedAt('demo-a-b')).toBe(now);
});
