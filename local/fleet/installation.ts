/** What every installation of the control plane has before the first event: vaults, identities, a workspace for logs, the image of the machines. */
import { LOCATIONS } from '../azure/core/envelope.ts';
import { seed } from '../azure/core/seed.ts';
import type { Sim } from '../azure/core/sim.ts';

/** Where it all stands. */
const GROUP = 'stream-control';
const VAULTS = ['control', 'mixers'];
/** For the machines, and for pulling images. */
const IDENTITIES = ['mixer', 'relay'];

/** Puts it there unless it is there already. */
export function install(sim: Sim<'account' | 'time' | 'chance' | 'resources'>): void {
  for (const name of VAULTS)
    seed(sim, GROUP, 'Microsoft.KeyVault/vaults', name, {
      sku: { family: 'A', name: 'standard' },
      tenantId: sim.account.tenantId,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: true,
      vaultUri: `https://${name}.vault.azure.net/`,
    });
  for (const name of IDENTITIES) {
    const key = `seeded identity ${name}`;
    seed(sim, GROUP, 'Microsoft.ManagedIdentity/userAssignedIdentities', name, {
      tenantId: sim.account.tenantId,
      principalId: sim.chance.guid('principal', key),
      clientId: sim.chance.guid('client', key),
    });
  }
  // What queries call it stands in local.settings.sample.json.
  seed(sim, GROUP, 'Microsoft.OperationalInsights/workspaces', 'streamcontrol', {
    customerId: '00000000-0000-0000-0000-000000000002',
    retentionInDays: 30,
  });
  image(sim);
}

/** The image of the mixers, replicated to all regions. */
function image(sim: Sim<'account' | 'time' | 'chance' | 'resources'>): void {
  const identifier = { uniqueName: `${sim.account.subscriptionId}-STREAMCONTROL` };
  seed(sim, GROUP, 'Microsoft.Compute/galleries', 'streamcontrol', { identifier });
  for (const [name, osState] of [
    ['mixer', 'Generalized'],
    ['mixer-specialised', 'Specialized'],
  ] as const)
    seed(sim, GROUP, 'Microsoft.Compute/galleries/images', `streamcontrol/${name}`, {
      identifier: { publisher: 'stream-control', offer: name, sku: 'obs' },
      osType: 'Windows',
      osState,
      hyperVGeneration: 'V2',
      architecture: 'x64',
    });
  const targetRegions = Object.values(LOCATIONS).map((name) => ({
    name,
    regionalReplicaCount: 1,
    storageAccountType: 'Standard_LRS',
  }));
  const version = {
    publishingProfile: { replicaCount: 1, excludeFromLatest: false, targetRegions },
    storageProfile: { osDiskImage: { sizeInGB: 127, hostCaching: 'ReadWrite' } },
  };
  const tags = { 'managed-by': 'stream-control', 'smoke-test': 'passed' };
  seed(sim, GROUP, 'Microsoft.Compute/galleries/images/versions', 'streamcontrol/mixer/1.0.0', version, tags);
}
