/**
 * The untouched `az` of Debian in its profile `latest`, helped over its packaging's missing SDK versions by python/sitecustomize.py
 * (option B). Commands build on each other: one event's worth of resources appears and goes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Az, azVersion, type Outcome, signedIn, skipReason } from './az.ts';

const MIXER_IMAGE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images/mixer/versions/1.0.0';

if (skipReason) console.warn(`az conformance skipped: ${skipReason}`);

describe.skipIf(skipReason !== undefined)(`az ${azVersion}, profile latest`, { timeout: 900_000 }, () => {
  let az: Az;
  beforeAll(async () => {
    az = await signedIn('latest');
  }, 300_000);
  afterAll(() => az?.close());

  /** Runs a command that must succeed, and gives its JSON. */
  const ok = async (command: string | readonly string[]): Promise<Record<string, unknown>> => {
    const outcome = await az(command);
    expect(outcome.stderr.replace(/^WARNING.*$/gm, '').trim(), String(command)).toBe('');
    expect(outcome.code).toBe(0);
    return outcome.json as Record<string, unknown>;
  };
  const list = async (command: string) => (await ok(command)) as unknown as Record<string, unknown>[];
  const fails = async (command: string, code: number): Promise<Outcome> => {
    const outcome = await az(command);
    expect(outcome.code, command).toBe(code);
    return outcome;
  };

  test('group and account', async () => {
    expect(await ok('account show')).toMatchObject({ id: '00000000-0000-0000-0000-000000000001', state: 'Enabled' });
    expect(await ok('group create -n ev -l westeurope --tags managed-by=stream-control')).toMatchObject({
      location: 'westeurope',
      properties: { provisioningState: 'Succeeded' },
    });
    expect(await list('group list --tag managed-by=stream-control')).toHaveLength(1);
    expect((await fails('group show -n nobody', 3)).stderr).toContain("Resource group 'nobody' could not be found.");
    expect((await az('group exists -n ev -o tsv')).stdout.trim()).toBe('true');
  });

  test('network: NSG and rule, VNet and subnet, public IP, NIC', async () => {
    await ok('network nsg create -g ev -n nsg');
    await ok(
      'network nsg rule create -g ev --nsg-name nsg -n rdp --priority 100 --access Allow --protocol Tcp --destination-port-ranges 3389',
    );
    expect(await list('network nsg rule list -g ev --nsg-name nsg')).toMatchObject([{ name: 'rdp', priority: 100 }]);
    await ok(
      'network vnet create -g ev -n vnet --address-prefixes 10.0.0.0/16 --subnet-name mixers --subnet-prefixes 10.0.1.0/24',
    );
    expect(
      await ok('network vnet subnet create -g ev --vnet-name vnet -n more --address-prefixes 10.0.2.0/24'),
    ).toMatchObject({
      provisioningState: 'Succeeded',
    });
    expect(await ok('network public-ip create -g ev -n pip --sku Standard')).toMatchObject({
      publicIp: { ipAddress: expect.stringMatching(/^\d+(\.\d+){3}$/) },
    });
    const nic = await ok(
      'network nic create -g ev -n nic --vnet-name vnet --subnet mixers --network-security-group nsg --public-ip-address pip',
    );
    expect(nic).toMatchObject({ NewNIC: { ipConfigurations: [{ privateIpAddress: '10.0.1.4' }] } });
    expect((await fails('network nsg delete -g ev -n nsg', 1)).stderr).toContain(
      'InUseNetworkSecurityGroupCannotBeDeleted',
    );
  });

  test('vm: create by deployment, show -d, list, restart, deallocate, delete', async () => {
    const created = await ok(
      `vm create -g ev -n mixer --nics nic --image ${MIXER_IMAGE} --size Standard_D4s_v5 --admin-username operator --admin-password Canary-4711-pass --nic-delete-option Delete --os-disk-delete-option Delete`,
    );
    expect(created).toMatchObject({ powerState: 'VM running', location: 'westeurope', privateIpAddress: '10.0.1.4' });
    expect(await ok('vm show -d -g ev -n mixer')).toMatchObject({
      powerState: 'VM running',
      provisioningState: 'Succeeded',
      publicIps: created.publicIpAddress,
      osProfile: { computerName: 'mixer', adminPassword: null },
    });
    expect(await list('vm list -g ev')).toHaveLength(1);
    await ok('vm restart -g ev -n mixer');
    await ok('vm deallocate -g ev -n mixer');
    const view = await ok('vm get-instance-view -g ev -n mixer');
    expect(JSON.stringify(view)).toContain('PowerState/deallocated');
    await ok('vm start -g ev -n mixer');
    const run = await ok('vm run-command invoke -g ev -n mixer --command-id RunPowerShellScript --scripts hostname');
    expect(run).toMatchObject({ value: [{ message: 'mixer' }, {}] });
    expect(JSON.stringify(await list('vm list-usage -l westeurope'))).toContain('standardDSv5Family');
    await ok('vm delete -g ev -n mixer -y');
    await fails('vm show -g ev -n mixer', 3);
    await fails('network nic show -g ev -n nic', 3);
  });

  test('vm create with everything made for it, and a name the service refuses', async () => {
    const login = '--admin-username operator --admin-password Canary-4711-pass';
    const created = await az(`vm create -g ev -n all --image Win2022Datacenter --public-ip-sku Standard ${login}`);
    expect(created.code, created.stderr).toBe(0);
    expect(created.json).toMatchObject({ powerState: 'VM running' });
    const refused = await az(
      `vm create -g ev -n a-name-of-more-than-15 --image Win2022Datacenter ${login} --computer-name 1234567890123456`,
    );
    expect(refused.code).not.toBe(0);
  });

  test('disk', async () => {
    expect(await ok('disk create -g ev -n data --size-gb 32 --sku StandardSSD_LRS')).toMatchObject({
      diskState: 'Unattached',
    });
    await ok('disk delete -g ev -n data -y');
    await fails('disk show -g ev -n data', 3);
  });

  test('container: create, show, logs, restart, stop, start, delete', async () => {
    const created = await ok(
      'container create -g ev -n relay --image nginx --os-type Linux --cpu 1 --memory 1.5 --dns-name-label ev-relay --ports 8080 9996 --environment-variables A=b --secure-environment-variables P=canary-4711',
    );
    expect(created).toMatchObject({
      provisioningState: 'Succeeded',
      ipAddress: { fqdn: 'ev-relay.westeurope.azurecontainer.io' },
      instanceView: { state: 'Running' },
    });
    expect(JSON.stringify(created)).not.toContain('canary-4711');
    expect((await az('container logs -g ev -n relay -o none')).code).toBe(0);
    expect(
      (
        await fails(
          'container create -g ev -n other --image nginx --os-type Linux --cpu 1 --memory 1 --dns-name-label ev-relay --ports 80',
          1,
        )
      ).stderr,
    ).toContain('not available. Try using a different label.');
    await ok('container restart -g ev -n relay');
    await ok('container stop -g ev -n relay');
    expect(await ok('container show -g ev -n relay')).toMatchObject({ instanceView: { state: 'Stopped' } });
    await ok('container start -g ev -n relay');
    await ok('container delete -g ev -n relay -y');
    expect(await list('container list -g ev')).toEqual([]);
  });

  test('resource, tag, lock', async () => {
    const id =
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ev/providers/Microsoft.Network/networkSecurityGroups/nsg';
    await ok(`tag update --resource-id ${id} --operation merge --tags event=demo`);
    expect(await list('resource list --tag event=demo')).toMatchObject([{ name: 'nsg' }]);
    expect(await ok(`resource show --ids ${id}`)).toMatchObject({ tags: { event: 'demo' } });
    await ok(
      'lock create -n keep --lock-type CanNotDelete -g ev --resource-name nsg --resource-type Microsoft.Network/networkSecurityGroups',
    );
    expect((await fails('group delete -n ev -y', 1)).stderr).toContain('(ScopeLocked)');
    expect(await list('lock list -g ev')).toHaveLength(1);
    await ok('lock delete -n keep -g ev --resource-name nsg --resource-type Microsoft.Network/networkSecurityGroups');
    await ok(`resource delete --ids ${id}`);
    await fails(`resource show --ids ${id}`, 3);
  });

  test('deployment group from a file with comments', async () => {
    const template = new URL('./nsg.template.jsonc', import.meta.url).pathname;
    const done = await ok(`deployment group create -g ev -n d1 --template-file ${template} --parameters name=made`);
    expect(done).toMatchObject({
      properties: { provisioningState: 'Succeeded', outputs: { id: { value: expect.stringMatching(/made$/) } } },
    });
    expect(await list('deployment operation group list -g ev -n d1')).toHaveLength(1);
    expect(
      (await fails(`deployment group create -g ev -n d2 --template-file ${template} --parameters name=a/b`, 1)).stderr,
    ).toContain('incorrect segment lengths');
  });

  test('deleting the group leaves nothing that is billed', async () => {
    await ok('group delete -n ev -y --no-wait');
    await az('group wait -n ev --deleted --interval 1 --timeout 60');
    expect((await az('group exists -n ev -o tsv')).stdout.trim()).toBe('false');
    expect(az.simulator.kernel.metering.report(az.simulator.kernel.time.now()).perHour).toBe(0);
  });
});
