import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tlsIdentity } from '../../../../local/azure/login/certificate.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tls-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const ask = (port: number, host: string, ca: string) =>
  new Promise<string>((resolve, reject) => {
    get({ port, host, ca, path: '/', agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    setTimeout(() => reject(new Error('no answer within 10 s')), 10_000).unref();
  });

test('a client that trusts the authority reaches both names, one that does not is refused', async () => {
  const identity = await tlsIdentity(data, Date.now());
  expect(readFileSync(join(data, 'tls', 'ca.pem'), 'utf8')).toBe(identity.ca);
  const server = createServer({ cert: identity.cert, key: identity.key }, (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const stranger = mkdtempSync(join(tmpdir(), 'tls-'));
    const other = await tlsIdentity(stranger, Date.now());
    rmSync(stranger, { recursive: true });
    expect(await ask(port, '127.0.0.1', identity.ca)).toBe('200');
    expect(await ask(port, 'localhost', identity.ca)).toBe('200');
    expect(await ask(port, '127.0.0.1', other.ca)).not.toBe('200');
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('the identity is kept while valid and made anew when it ends within a day', async () => {
  const first = await tlsIdentity(data, Date.now());
  expect(await tlsIdentity(data, Date.now())).toEqual(first);
  expect((await tlsIdentity(data, Date.now() + 364.5 * 86_400_000)).cert).not.toBe(first.cert);
});
