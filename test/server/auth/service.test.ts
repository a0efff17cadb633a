/** The service over HTTP: only who has the secret is answered, each question once. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEAL_HOLDS_MS, SEALED_ROUTE, type Sealed, seal, unseal } from '../../../contract/sealed.ts';
import { serveAccess } from '../../../server/auth/service.ts';
import { publisher, service, TOKENS } from './support.ts';

const SECRET = 'the-secret-of-a-deployment';
let server: Server;
let url: string;
let clock: { now: number };
beforeEach(async () => {
  const made = await service();
  await made.grant(publisher('anna', 'stage'), TOKENS.anna);
  clock = made.clock;
  server = await serveAccess({ port: 0, host: '127.0.0.1', secret: SECRET, access: made.access, now: () => clock.now });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const post = (body: unknown) =>
  fetch(`${url}${SEALED_ROUTE}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const sealed = (value: unknown, secret = SECRET) => seal(secret, value, clock.now);

test('a question is answered to who asked it, and no stranger learns a name', async () => {
  const question = await sealed({ do: 'list' });
  const answer = (await (await post(question)).json()) as Sealed;
  expect(JSON.stringify([question, answer])).not.toContain('anna');
  expect(await unseal(SECRET, answer, clock.now, question)).toMatchObject({ users: [{ name: 'anna' }] });
  // It is no answer to another question, no question itself, and nothing under another secret.
  expect(await unseal(SECRET, answer, clock.now, await sealed({ do: 'list' }))).toBeUndefined();
  expect(await unseal('another-secret', answer, clock.now, question)).toBeUndefined();
  expect((await post(answer)).status).toBe(401);
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', users: 1, publishing: 0, playing: 0 });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^stream_server_users\{role="access"\} 1$/m);
  expect(metrics).not.toContain('anna');
});

test('attacks: another secret, changed, stale, early, repeated, no seal at all', async () => {
  const grant = { do: 'grant', grant: { name: 'eve', role: 'admin', paths: [] }, token: TOKENS.eve };
  expect((await post(await sealed(grant, 'another-secret'))).status).toBe(401);
  const real = await sealed({ do: 'withdraw', name: 'anna' });
  const flipped = `${real.box.startsWith('0') ? '1' : '0'}${real.box.slice(1)}`;
  for (const forged of [
    { ...real, box: flipped },
    { ...real, at: real.at + 1 },
    { ...real, iv: '0'.repeat(24) },
    { ...real, more: 1 },
  ])
    expect((await post(forged)).status).toBe(401);
  for (const bad of ['', '{', '[]', 'null', '{"at":1}', grant]) expect((await post(bad)).status).toBe(401);
  clock.now += SEAL_HOLDS_MS + 1;
  expect((await post(real)).status).toBe(401);
  clock.now -= 2 * SEAL_HOLDS_MS + 2;
  expect((await post(real)).status).toBe(401);
  clock.now += SEAL_HOLDS_MS + 1;
  expect((await post(real)).status).toBe(200);
  expect((await post(real)).status).toBe(401);
  const list = await sealed({ do: 'list' });
  expect(await unseal(SECRET, await (await post(list)).json(), clock.now, list)).toEqual({ users: [], sessions: [] });
});

test('a question that is none is said to be none; other doors are closed', async () => {
  const odd = await sealed({ do: 'grant', grant: { name: '../x', role: 'admin' }, token: 'short' });
  expect(await unseal(SECRET, await (await post(odd)).json(), clock.now, odd)).toEqual({
    error: 'Cannot read the question',
  });
  expect((await fetch(`${url}${SEALED_ROUTE}`)).status).toBe(405);
  expect((await fetch(`${url}/users`)).status).toBe(404);
  await expect(post('x'.repeat(1_000_001))).rejects.toThrow();
});
