/** What a web page can make a browser send, on every path of every listener of the local start. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tlsIdentity } from '../../local/azure/login/certificate.ts';
import { createSimulator, type Simulator } from '../../local/azure/simulator.ts';
import { RealClock } from '../../local/clock.ts';
import { createHost, type Host } from '../../local/host/host.ts';

interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}
interface Told {
  status: number;
  body: string;
}
type Ask = (what: Asked) => Promise<Told>;

/** By hand, as `fetch` decides on `Host` and `Sec-Fetch-Site` itself. */
function asker(url: string, ca?: string): Ask {
  const { hostname, port, protocol } = new URL(url);
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  return ({ method = 'GET', path, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const flat = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
      const setHost = !('host' in headers);
      const length = body === undefined || 'transfer-encoding' in headers ? [] : ['content-length', `${body.length}`];
      // A list, as only that can hold a header twice.
      const raw = [...(setHost ? ['host', `${hostname}:${port}`] : []), ...length, ...flat];
      // Node's types know such a list only of answers.
      const options = { hostname, port, method, path, ca, agent: false as const, headers: raw as never };
      const call = send({ ...options, servername: 'localhost' } as never, (answer) => {
        let text = '';
        answer.on('data', (data: Buffer) => {
          text += data;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      });
      call.on('error', reject);
      call.end(body);
    });
}

let host: Host;
let keyed: Host;
let sim: Simulator;
const asks: Record<string, { ask: Ask; origin: string; port: number }> = {};
const folder = () => mkdtempSync(join(tmpdir(), 'guard-'));
const app = (name: string) => join(import.meta.dirname, 'host/apps', name);
beforeAll(async () => {
  const make = (more: object) => createHost({ appDir: app('durable'), dataDir: folder(), log: () => {}, ...more });
  host = make({ publicUrl: 'https://tunnel.example.org' });
  await host.listen(0);
  await host.start();
  const keys = folder();
  writeFileSync(join(keys, 'keys.json'), JSON.stringify({ master: 'the-master' }));
  keyed = make({ enforceKeys: true, dataDir: keys });
  const add = (name: string, origin: string, ca?: string) => {
    asks[name] = { ask: asker(origin, ca), origin, port: Number(new URL(origin).port) };
  };
  add('host', host.origin);
  sim = createSimulator({ clock: new RealClock() });
  add('simulator', (await sim.listen(0)).url);
  const tls = await tlsIdentity(folder(), Date.now());
  add('simulator over TLS', (await sim.listen(0, { tls })).url, tls.ca);
});
afterAll(async () => {
  await host.stop();
  await sim.stop();
});
const listener = (name: string) => {
  const found = asks[name];
  if (!found) throw new Error(name);
  return found;
};

const PATHS: [name: string, path: string][] = [
  ['host', '/'],
  ['host', '/api/hub'],
  ['host', '/nowhere'],
  ['host', '/admin/host/status'],
  ['host', '/admin/host/ping'],
  ['host', '/runtime/webhooks/durabletask/instances'],
  ['host', '/runtime/webhooks/other'],
  ['host', '/durabletask/instances'],
  ['host', '/DurableTask/instances'],
  ['simulator', '/_sim/clock'],
  ['simulator', '/subscriptions?api-version=2022-12-01'],
  ['simulator', '/metadata/endpoints?api-version=2023-11-01'],
  ['simulator', '/secrets/key?api-version=7.4'],
  ['simulator over TLS', '/_sim/snapshot'],
  ['simulator over TLS', '/subscriptions?api-version=2022-12-01'],
];

describe.each(PATHS)('%s %s', (name, path) => {
  const strangers: [what: string, headers: (port: number) => Record<string, string | string[]>][] = [
    ['a rebound name', (port) => ({ host: `evil.example:${port}` })],
    ['a rebound name without port', () => ({ host: 'evil.example' })],
    ['a name that ends alike', (port) => ({ host: `localhost.evil.example:${port}` })],
    ['a name with a user', (port) => ({ host: `localhost@evil.example:${port}` })],
    ['another port', (port) => ({ host: `localhost:${port + 1}` })],
    ['no port', () => ({ host: 'localhost' })],
    ['another way to write loopback', (port) => ({ host: `0x7f000001:${port}` })],
    ['all interfaces', (port) => ({ host: `0.0.0.0:${port}` })],
    ['two hosts', (port) => ({ host: [`127.0.0.1:${port}`, `evil.example:${port}`] })],
    ['a page', () => ({ origin: 'https://evil.example' })],
    ['a page without origin', () => ({ origin: 'null' })],
    ['a page of another port', (port) => ({ origin: `http://127.0.0.1:${port + 1}` })],
    [
      'a page of another name of this machine',
      (port) => ({ origin: `http://localhost:${port}`, host: `127.0.0.1:${port}` }),
    ],
    ['an empty origin', () => ({ origin: '' })],
    ['an image of another site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['an image of another port', () => ({ 'sec-fetch-site': 'same-site' })],
    ['an odd site', () => ({ 'sec-fetch-site': 'Same-Origin, cross-site' })],
    ['a preflight', () => ({ 'access-control-request-method': 'PUT' })],
  ];
  test.each(strangers)('%s is refused, to read and to change', async (_what, headers) => {
    const { ask, port } = listener(name);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const answer = await ask({ method, path, headers: headers(port) });
      expect([method, answer.status]).toEqual([method, 403]);
      expect(answer.body).not.toMatch(/instance|tenant|subscription/i);
    }
  });
  test('its own page, its own name, no page at all are answered', async () => {
    const { ask, origin, port } = listener(name);
    const loopbacks = [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`];
    for (const one of loopbacks) {
      const answer = await ask({ path, headers: { host: one, origin: origin.replace(/\/\/.*/, `//${one}`) } });
      expect([one, answer.status]).not.toEqual([one, 403]);
    }
    for (const site of ['none', 'same-origin'])
      expect((await ask({ path, headers: { 'sec-fetch-site': site } })).status).not.toBe(403);
  });
  test('an absolute target is no second say', async () => {
    const { ask, origin } = listener(name);
    for (const target of [`http://evil.example${path}`, `${origin}${path}`])
      expect((await ask({ path: target })).status).toBe(400);
  });
});

test.each([
  ['host', 'POST', '/runtime/webhooks/durabletask/instances/x/terminate?reason=r'],
  ['host', 'POST', '/runtime/webhooks/durabletask/orchestrators/timer'],
  ['host', 'POST', '/durabletask/instances/x/raiseEvent/e'],
  ['host', 'POST', '/api/%2e%2e/durabletask/instances/x/raiseEvent/e'],
  ['host', 'POST', '/admin/functions/x'],
  ['simulator', 'PUT', '/_sim/faults'],
  ['simulator', 'POST', '/_sim/clock'],
  ['simulator', 'PUT', '/subscriptions/s/resourcegroups/rg?api-version=2025-04-01'],
  ['simulator over TLS', 'PUT', '/secrets/key?api-version=7.4'],
])('%s takes nothing but JSON: %s %s', async (name, method, path) => {
  const { ask } = listener(name);
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/json', ''];
  for (const type of types) {
    const answer = await ask({ method, path, headers: { 'content-type': type }, body: '{}' });
    expect([type, answer.status]).toEqual([type, 415]);
  }
  expect((await ask({ method, path, body: '{}' })).status).toBe(415);
  expect((await ask({ method, path, headers: { 'transfer-encoding': 'chunked' }, body: '{}' })).status).toBe(415);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  expect((await ask({ method, path, headers: json, body: '{}' })).status).not.toBe(415);
  expect((await ask({ method, path, body: '' })).status).not.toBe(415);
});

test('a form is taken for a token, as az sends it', async () => {
  const { ask } = listener('simulator over TLS');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'grant_type=client_credentials&client_id=a&client_secret=b&resource=https://management.azure.com/';
  expect((await ask({ method: 'POST', path: '/adfs/oauth2/token', headers, body })).status).toBe(200);
});

test('a tunnel leads to the app, never to the host’s own paths', async () => {
  const { ask } = listener('host');
  const headers = { host: 'tunnel.example.org' };
  expect((await ask({ path: '/api/hub', headers })).status).toBe(200);
  expect((await ask({ path: '/api/hub', headers: { ...headers, origin: 'https://tunnel.example.org' } })).status).toBe(
    200,
  );
  expect((await ask({ path: '/api/hub', headers: { ...headers, origin: 'https://evil.example' } })).status).toBe(403);
  for (const path of ['/admin/host/status', '/durabletask/instances', '/api/../runtime/webhooks/durabletask/instances'])
    expect([path, (await ask({ path, headers })).status]).toEqual([path, 403]);
});

test('with --enable-auth the durable client’s own address asks for a key as well; the app itself needs none', async () => {
  await keyed.listen(0);
  await keyed.start();
  const ask = asker(keyed.origin);
  for (const path of ['/durabletask/instances', '/runtime/webhooks/durabletask/instances', '/admin/functions'])
    expect([path, (await ask({ path })).status]).toEqual([path, 401]);
  for (const path of ['/durabletask/instances', '/runtime/webhooks/durabletask/instances', '/admin/functions'])
    expect([path, (await ask({ path, headers: { 'x-functions-key': 'the-master' } })).status]).toEqual([path, 200]);
  const own = { method: 'POST', path: '/api/start/own', headers: { 'x-functions-key': 'the-master' }, body: '' };
  expect((await ask(own)).status).toBe(202);
  await keyed.stop();
});

test('a body beyond any use is told so, and not kept', async () => {
  const { ask } = listener('host');
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify('x'.repeat(5 * 1024 * 1024));
  for (const path of ['/runtime/webhooks/durabletask/orchestrators/timer', '/durabletask/instances/x/raiseEvent/e']) {
    const answer = await ask({ method: 'POST', path, headers, body });
    expect([path, answer.status]).toEqual([path, 413]);
    expect(answer.body).toMatch(/at most 4194304 bytes/);
  }
  const sized = await listener('simulator').ask({ method: 'PUT', path: '/_sim/faults', headers, body });
  expect(sized.status).toBe(413);
});

test('nothing of it can be reached from another machine', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map((one) => one.address);
  for (const address of outside)
    for (const { port } of Object.values(asks))
      await expect(asker(`http://${address}:${port}`)({ path: '/' })).rejects.toThrow(/ECONNREFUSED/);
});
