import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outbound, OutboundAnswer } from '../../../local/azure/core/outside.ts';
import { mixer, nicIn } from '../azure/compute/machines.ts';
import { relay } from '../azure/container-instance/groups.ts';
import { SUBSCRIPTION, type World, world } from '../azure/world.ts';

const DEPLOYMENT = 'demo-abc-def';
const IDENTITY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer`;
const SILENT = (source: string) => ({ code: 'source-silent', source });
const FQDN = 'demo-relay.westeurope.azurecontainer.io';

interface Beat extends Record<string, unknown> {
  at: number;
  authorization: string | undefined;
  url: string;
}

/** A control plane that answers as told and keeps what it was sent. */
const controlPlane = () => {
  const beats: Beat[] = [];
  const plane = {
    status: 200,
    reply: { streaming: true, scene: 'programme', intervalSeconds: 10 } as Record<string, unknown>,
    beats,
    world: undefined as World | undefined,
  };
  const send = async (request: Outbound): Promise<OutboundAnswer> => {
    beats.push({
      ...JSON.parse(request.body ?? '{}'),
      at: plane.world?.clock.now() ?? 0,
      authorization: request.headers.authorization,
      url: request.url,
    });
    return { status: plane.status, headers: {}, body: JSON.stringify(plane.reply) };
  };
  return { plane, send };
};

let w: World;
let plane: ReturnType<typeof controlPlane>['plane'];

const configuration = async (more = {}) => {
  const identity = await w.raw('GET', `${IDENTITY}?api-version=2024-11-30`);
  const { clientId } = (identity.body as { properties: { clientId: string } }).properties;
  return {
    v: 1,
    deploymentId: DEPLOYMENT,
    event: 'demo',
    language: 'french',
    controlPlaneUrl: 'http://127.0.0.1:7071',
    heartbeatSeconds: 10,
    identityClientId: clientId,
    vaultUrl: 'https://mixers.vault.azure.net',
    secrets: {
      streamKey: `${DEPLOYMENT}-stream-french`,
      egress: `${DEPLOYMENT}-egress`,
      agentToken: `${DEPLOYMENT}-agent`,
    },
    programme: { host: FQDN, port: 9996 },
    slides: { host: 'nowhere.westeurope.azurecontainer.io', port: 9997 },
    ...more,
  };
};

async function start(options: { publicIp?: boolean; faults?: unknown; secrets?: boolean; relay?: boolean } = {}) {
  const control = controlPlane();
  plane = control.plane;
  w = await world({
    controlPlane: { url: 'http://127.0.0.1:7071', send: control.send },
    ...(options.faults ? { faults: options.faults } : {}),
  });
  plane.world = w;
  const nic = await nicIn(w, 'nic', { publicIp: options.publicIp ?? true });
  if (options.secrets !== false) {
    await w.run(w.secrets('mixers').setSecret(`${DEPLOYMENT}-agent`, 'token-1'));
    await w.run(w.secrets('mixers').setSecret(`${DEPLOYMENT}-stream-french`, 'canary-key'));
  }
  if (options.relay !== false)
    await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', relay()));
  const userData = Buffer.from(JSON.stringify(await configuration())).toString('base64');
  await w.run(
    w.compute.virtualMachines.createOrUpdate('rg', 'mixer-fr', {
      ...mixer(nic, { userData }),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    }),
  );
}
beforeEach(() => {
  w = undefined as unknown as World;
});
afterEach(() => w.close());
const last = () => plane.beats.at(-1);

test('a mixer that is up speaks every ten seconds with the token of its vault', async () => {
  await start();
  await w.pass(120);
  expect(plane.beats.length).toBeGreaterThan(5);
  expect(last()).toMatchObject({
    url: 'http://127.0.0.1:7071/api/agents/heartbeat',
    authorization: 'Bearer token-1',
    deploymentId: DEPLOYMENT,
    language: 'french',
    streaming: true,
    scene: 'programme',
    sources: { programme: 'alive', slides: 'silent' },
    problems: [],
  });
  expect(plane.beats[0]).toMatchObject({ streaming: false });
  const times = plane.beats.map((beat) => beat.at);
  expect(new Set(times.slice(2).map((at, index) => at - (times[index + 1] ?? 0)))).toEqual(new Set([10_000]));
  expect(JSON.stringify(w.simulator.snapshot())).not.toContain('canary-key');
  expect(JSON.stringify(w.simulator.snapshot())).not.toContain('token-1');
  const health = await w.run(
    w.simulator.handle({ method: 'GET', url: new URL(`https://${FQDN}:8080/health`), headers: {} }),
  );
  expect(health.body).toMatchObject({ callers: 1 });
});

test('it obeys: streaming off and on, another interval, a restart once per id, a key read again', async () => {
  await start({ secrets: false });
  await w.run(w.secrets('mixers').setSecret(`${DEPLOYMENT}-agent`, 'token-1'));
  await w.pass(60);
  expect(last()).toMatchObject({ streaming: false });
  await w.run(w.secrets('mixers').setSecret(`${DEPLOYMENT}-stream-french`, 'canary-key'));
  plane.reply = { streaming: true, rereadId: 'r1', intervalSeconds: 5 };
  await w.pass(60);
  expect(last()).toMatchObject({ streaming: true });
  expect((plane.beats.at(-1)?.at ?? 0) - (plane.beats.at(-2)?.at ?? 0)).toBe(5000);
  const reconnects = Number(last()?.reconnects);
  plane.reply = { streaming: true, restartId: 'x1', intervalSeconds: 5 };
  await w.pass(60);
  expect(last()?.reconnects).toBe(reconnects + 1);
  plane.reply = { streaming: false, restartId: 'x1', intervalSeconds: 5 };
  await w.pass(30);
  expect(last()).toMatchObject({ streaming: false });
});

test('a stopped mixer is silent, a started one speaks again', async () => {
  await start();
  await w.pass(60);
  await w.run(w.compute.virtualMachines.deallocate('rg', 'mixer-fr'));
  const before = plane.beats.length;
  await w.pass(300);
  expect(plane.beats.length).toBe(before);
  await w.run(w.compute.virtualMachines.start('rg', 'mixer-fr'));
  await w.pass(120);
  expect(plane.beats.length).toBeGreaterThan(before + 3);
});

test('no way out, no heartbeat: a machine without public address in a private subnet stays unheard', async () => {
  await start({ publicIp: false });
  await w.pass(300);
  expect(plane.beats).toEqual([]);
});

test('a dead relay shows as a lost source; an older control plane without the route is asked rarely', async () => {
  await start();
  await w.pass(60);
  await w.run(w.containers.containerGroups.stop('rg', 'relay'));
  await w.pass(30);
  expect(last()).toMatchObject({ scene: 'programme', problems: [], sources: { programme: 'silent' } });
  await w.pass(90);
  expect(last()).toMatchObject({ scene: 'programme', problems: [SILENT('programme'), SILENT('slides')] });
  plane.status = 404;
  await w.pass(30);
  const before = plane.beats.length;
  await w.pass(120);
  expect(plane.beats.length - before).toBe(3);
});

test.each([['unhealthy'], ['crash-loop']])('fault %s is said; restarting the program heals it', async (kind) => {
  await start({
    faults: [{ match: { type: 'Microsoft.Compute/virtualMachines', name: '*-fr' }, outcome: { kind, seconds: 120 } }],
  });
  await w.pass(60);
  expect(last()).toMatchObject({ problems: [] });
  await w.pass(120);
  expect(last()).toMatchObject({ streaming: false, problems: [{ code: 'program-not-running' }] });
  plane.reply = { streaming: true, restartId: 'heal', intervalSeconds: 10 };
  await w.pass(60);
  expect(last()).toMatchObject({ streaming: true, problems: [] });
});

test('fault silent: nothing is heard until the machine is restarted', async () => {
  await start({
    faults: [{ match: { type: 'Microsoft.Compute/virtualMachines' }, outcome: { kind: 'silent', seconds: 100 } }],
  });
  await w.pass(150);
  const before = plane.beats.length;
  expect(before).toBeGreaterThan(3);
  await w.pass(100);
  expect(plane.beats.length).toBe(before);
  await w.run(w.compute.virtualMachines.restart('rg', 'mixer-fr'));
  await w.pass(90);
  expect(plane.beats.length).toBeGreaterThan(before);
});

test('a machine that never becomes healthy: silent from the start, until it is restarted', async () => {
  await start({ faults: [{ match: { type: 'Microsoft.Compute/virtualMachines' }, outcome: { kind: 'silent' } }] });
  await w.pass(600);
  expect(plane.beats).toEqual([]);
  await w.run(w.compute.virtualMachines.restart('rg', 'mixer-fr'));
  await w.pass(120);
  expect(plane.beats.length).toBeGreaterThan(0);
});

test('fault evict: the machine is deallocated and falls silent', async () => {
  await start({
    faults: [{ match: { type: 'Microsoft.Compute/virtualMachines' }, outcome: { kind: 'evict', seconds: 100 } }],
  });
  await w.pass(150);
  const view = await w.run(w.compute.virtualMachines.instanceView('rg', 'mixer-fr'));
  expect(view.statuses?.map((one) => one.code)).toContain('PowerState/deallocated');
});
