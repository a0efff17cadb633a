/** The ways of azure clients to a simulator on a port: by header, by endpoint over TLS, by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetworkManagementClient } from '@azure/arm-network';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Listening } from '../../../../local/azure/core/server.ts';
import { tlsIdentity } from '../../../../local/azure/login/certificate.ts';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import { RealClock } from '../../../../local/clock.ts';
import { createSimulator } from '../../../../local/fleet/simulator.ts';
import { credential, S, SUBSCRIPTION } from '../support.ts';

let sim: Simulator;
let listening: Listening;
beforeEach(async () => {
  sim = createSimulator({ clock: new RealClock(), timeScale: 600 });
  listening = await sim.listen(0);
});
afterEach(() => sim.stop());

const authorization = 'Bearer any';
const typed = { 'content-type': 'application/json' };
const group = (url: string, init: RequestInit = {}) =>
  fetch(`${url}${S}/resourcegroups/rg?api-version=2025-04-01`, {
    method: 'PUT',
    body: '{"location":"eastus"}',
    ...init,
    headers: { ...typed, authorization, ...(init.headers as Record<string, string>) },
  });

/** Every policy runs as in production; only the socket goes elsewhere. */
const rewriting = (port: number): HttpClient => {
  const base = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const saved = request.url;
      const url = new URL(saved);
      request.headers.set('x-sim-host', url.host);
      url.protocol = 'http:';
      url.host = `127.0.0.1:${port}`;
      request.url = url.href;
      request.allowInsecureConnection = true;
      try {
        return await base.sendRequest(request);
      } finally {
        request.url = saved;
      }
    },
  };
};

test('x-sim-host: operation URLs are https on the original host, SDK calls run to their end, the vault by its own name', async () => {
  await group(listening.url);
  const options = { httpClient: rewriting(listening.port) };
  const client = new NetworkManagementClient(credential, SUBSCRIPTION, options);
  const poller = client.networkSecurityGroups.createOrUpdate(
    'rg',
    'n',
    { location: 'eastus' },
    { updateIntervalInMs: 50 },
  );
  expect(JSON.parse(await poller.serialize()).state.config.operationLocation).toMatch(
    /^https:\/\/management\.azure\.com\//,
  );
  expect((await poller).provisioningState).toBe('Succeeded');
  const secrets = new SecretClient('https://control.vault.azure.net', credential, options);
  await secrets.setSecret('a', 'x');
  expect((await secrets.getSecret('a')).value).toBe('x');
});

test('TLS: endpoint and CA are all a client needs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-tls-'));
  try {
    const identity = await tlsIdentity(folder, Date.now());
    const tls = await sim.listen(0, { tls: identity });
    await group(listening.url);
    const client = new NetworkManagementClient(credential, SUBSCRIPTION, {
      endpoint: `https://localhost:${tls.port}`,
      tlsOptions: { ca: identity.ca },
    });
    const poller = client.networkSecurityGroups.createOrUpdate(
      'rg',
      'n',
      { location: 'eastus' },
      { updateIntervalInMs: 50 },
    );
    expect(JSON.parse(await poller.serialize()).state.config.operationLocation).toContain(
      `https://localhost:${tls.port}/`,
    );
    expect((await poller).name).toBe('n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('by hand: HEAD without body, nextLink and errors on the caller’s own origin', async () => {
  for (const name of ['a', 'b'])
    await fetch(`${listening.url}${S}/resourcegroups/${name}?api-version=2025-04-01`, {
      method: 'PUT',
      body: '{"location":"eastus"}',
      headers: { authorization, ...typed },
    });
  const head = await group(listening.url, { method: 'HEAD', body: null });
  expect([head.status, await head.text()]).toEqual([404, '']);
  const page = (await (
    await fetch(`${listening.url}${S}/resourcegroups?api-version=2025-04-01&$top=1`, { headers: { authorization } })
  ).json()) as { nextLink: string };
  expect(page.nextLink.startsWith(`${listening.url}/`)).toBe(true);
  const missing = await fetch(`${listening.url}//nowhere?api-version=1`, { headers: { authorization } });
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
});

test('a dropped connection is seen as one; what was accepted is there', async () => {
  const plan = [
    { match: { type: 'Microsoft.Resources/resourceGroups' }, times: 1, outcome: { kind: 'drop-response' } },
  ];
  await fetch(`${listening.url}/_sim/faults`, { method: 'PUT', headers: typed, body: JSON.stringify(plan) });
  await expect(group(listening.url)).rejects.toThrow();
  expect((await group(listening.url)).status).toBe(200);
});

test('an oversize body is answered, rubbish on the wire does not stop the server', async () => {
  const answer = await group(listening.url, { body: `{"location":"${'x'.repeat(5 * 1024 * 1024)}"}` });
  expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
    413,
    'RequestContentTooLarge',
  ]);
  await new Promise<void>((resolve) => {
    const socket = connect(listening.port, '127.0.0.1', () => socket.end('\u0000\u0001 nonsense\r\n\r\n'));
    socket.on('close', () => resolve()).resume();
  });
  const strange = await fetch(`${listening.url}/%zz%00?api-version=1`, {
    headers: { authorization, 'x-sim-host': 'not a host' },
  });
  expect(strange.status).toBe(404);
  expect((await group(listening.url)).status).toBe(201);
});
