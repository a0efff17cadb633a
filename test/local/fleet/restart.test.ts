import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createSimulator } from '../../../local/fleet/simulator.ts';
import { mixer, nicIn } from '../azure/compute/machines.ts';
import { type World, world } from '../azure/world.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sim-'));
let w: World;
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('a simulator that was away: creates end, machines boot and speak, as if time had gone on', async () => {
  w = await world({ dataDir });
  const nic = await nicIn(w, 'nic', { publicIp: true });
  const identity = `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer`;
  const known = w.kernel.resources.get(identity);
  await w.run(w.secrets('mixers').setSecret('d-a-b-agent', 'token-1'));
  const userData = Buffer.from(
    JSON.stringify({
      v: 1,
      deploymentId: 'd-a-b',
      event: 'd',
      language: 'french',
      controlPlaneUrl: 'http://127.0.0.1:1',
      heartbeatSeconds: 10,
      identityClientId: known?.properties.clientId,
      vaultUrl: 'https://mixers.vault.azure.net',
      secrets: { streamKey: 'none', egress: 'none', agentToken: 'd-a-b-agent' },
      programme: { host: 'nowhere.example', port: 9996 },
      slides: { host: 'nowhere.example', port: 9996 },
    }),
  ).toString('base64');
  const body = {
    ...mixer(nic, { userData }),
    identity: { type: 'UserAssigned' as const, userAssignedIdentities: { [identity]: {} } },
  };
  await w.run(w.compute.virtualMachines.createOrUpdate('rg', 'mixer', body).submitted());
  await w.close();

  const clock = new VirtualClock(w.clock.now() + 3_600_000);
  const beats: string[] = [];
  const send = async (request: { body?: string }) => {
    beats.push(request.body ?? '');
    return { status: 200, headers: {}, body: '{}' };
  };
  const again = createSimulator({ clock, seed: 7, dataDir, controlPlane: { send } });
  await clock.drive(() => beats.length > 2, clock.now() + 600_000);
  const vm = again.kernel.resources.ofType('Microsoft.Compute/virtualMachines')[0];
  expect(vm?.properties.provisioningState).toBe('Succeeded');
  expect(beats.length).toBeGreaterThan(2);
  expect(beats[0]).toContain('"language":"french"');
  await again.stop();
});
