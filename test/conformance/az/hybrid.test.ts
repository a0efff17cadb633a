/**
 * The untouched `az` of Debian in profile 2020-09-01-hybrid (option A): older api-versions, no file of ours in its way.
 * `nic show` and `public-ip show` are broken in the package itself; `resource show` stands in for them.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Az, azVersion, signedIn, skipReason } from './az.ts';

const MIXER_IMAGE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images/mixer/versions/1.0.0';
const NETWORK = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/hy/providers/Microsoft.Network';

describe.skipIf(skipReason !== undefined)(`az ${azVersion}, profile 2020-09-01-hybrid`, { timeout: 900_000 }, () => {
  let az: Az;
  beforeAll(async () => {
    az = await signedIn('hybrid');
  }, 300_000);
  afterAll(() => az?.close());
  const ok = async (command: string) => {
    const outcome = await az(command);
    expect(outcome.code, `${command}: ${outcome.stderr}`).toBe(0);
    return outcome.json as Record<string, unknown>;
  };

  test('group and network', async () => {
    await ok('group create -n hy -l westeurope');
    await ok('network nsg create -g hy -n nsg');
    await ok(
      'network vnet create -g hy -n vnet --address-prefixes 10.0.0.0/16 --subnet-name mixers --subnet-prefixes 10.0.1.0/24',
    );
    await ok('network public-ip create -g hy -n pip --sku Standard --allocation-method Static');
    await ok(
      'network nic create -g hy -n nic --vnet-name vnet --subnet mixers --network-security-group nsg --public-ip-address pip',
    );
    expect(await ok(`resource show --ids ${NETWORK}/networkInterfaces/nic`)).toMatchObject({
      properties: { ipConfigurations: [{ properties: { privateIPAddress: '10.0.1.4' } }] },
    });
  });

  test('vm', async () => {
    expect(
      await ok(
        `vm create -g hy -n mixer --nics nic --image ${MIXER_IMAGE} --size Standard_D4s_v5 --admin-username operator --admin-password Canary-4711-pass`,
      ),
    ).toMatchObject({ powerState: 'VM running' });
    expect(await ok('vm show -d -g hy -n mixer')).toMatchObject({ powerState: 'VM running' });
    await ok('vm deallocate -g hy -n mixer');
    await ok('vm delete -g hy -n mixer -y');
    await ok(`resource delete --ids ${NETWORK}/networkInterfaces/nic`);
    const disks = (await ok('disk list -g hy')) as unknown as { diskState: string }[];
    expect(disks.map((one) => one.diskState)).toEqual(['Unattached']);
  });

  test('the group goes with everything in it', async () => {
    await ok('group delete -n hy -y');
    expect((await az('group exists -n hy -o tsv')).stdout.trim()).toBe('false');
  });
});
