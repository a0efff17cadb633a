/**
 * Removes one language's machine and all that hangs on it. Each look finds the first thing that is still there and sends its
 * deletion, so it may be begun, killed and repeated at any point; its token only remembers when things were gone.
 */
import type { AzureClients } from '../azure/clients.ts';
import { AzureFailure } from '../azure/errors.ts';
import { type Begun, beginModular } from '../azure/operations.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import { isTaggedOurs, type Tags, tagOf } from '../domain/ownership.ts';
import type { NodeStep } from '../domain/seam/node.ts';
import { mixerEntity } from '../entities/mixer.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { armId, read } from './resource.ts';
import { deleteSecret } from './secrets-of.ts';

type Context = NodeContext<'delete-machine'>;

interface Found {
  provisioningState?: string;
  tags?: Tags;
  /** Ids of what Azure deletes together with it. */
  along?: (string | undefined)[];
}
interface Part {
  id: string;
  name: string;
  look(): Promise<Found | undefined>;
  remove(): Promise<Begun>;
}

/** In the order in which Azure lets them go; with `deleteOption: Delete` the first takes the others along. */
function parts({ input, spec, azure }: Context): Part[] {
  const group = input.resourceGroup;
  const part = (
    type: string,
    name: string,
    get: (azure: AzureClients) => Promise<Found>,
    remove: (azure: AzureClients) => Promise<Begun>,
  ): Part => ({
    id: armId(input, type, name),
    name,
    look: () => read(get(azure)),
    remove: () => remove(azure),
  });
  const disk = `${spec.mixer}-os`;
  return [
    part(
      'Microsoft.Compute/virtualMachines',
      spec.mixer,
      async ({ compute }) => {
        const found = await compute.virtualMachines.get(group, spec.mixer);
        const held = [
          ...(found.storageProfile?.dataDisks ?? []).map(({ managedDisk, deleteOption }) => ({
            id: managedDisk?.id,
            deleteOption,
          })),
          ...(found.networkProfile?.networkInterfaces ?? []),
        ];
        return { ...found, along: alongWith(held) };
      },
      ({ compute }) =>
        beginModular('compute', spec.mixer, () =>
          compute.virtualMachines.delete(group, spec.mixer, { forceDeletion: true }),
        ),
    ),
    part(
      'Microsoft.Network/networkInterfaces',
      spec.nic,
      async ({ network }) => {
        const found = await network.networkInterfaces.get(group, spec.nic);
        return {
          ...found,
          along: alongWith((found.ipConfigurations ?? []).map(({ publicIPAddress }) => publicIPAddress)),
        };
      },
      ({ network }) => beginModular('network', spec.nic, () => network.networkInterfaces.delete(group, spec.nic)),
    ),
    part(
      'Microsoft.Network/publicIPAddresses',
      spec.publicIp,
      ({ network }) => network.publicIPAddresses.get(group, spec.publicIp),
      ({ network }) =>
        beginModular('network', spec.publicIp, () => network.publicIPAddresses.delete(group, spec.publicIp)),
    ),
    part(
      'Microsoft.Compute/disks',
      disk,
      ({ compute }) => compute.disks.get(group, disk),
      ({ compute }) => beginModular('compute', disk, () => compute.disks.delete(group, disk)),
    ),
  ];
}

const alongWith = (
  held: ({ id?: string | undefined; deleteOption?: string | undefined } | undefined)[],
): (string | undefined)[] => held.filter((one) => one?.deleteOption?.toLowerCase() === 'delete').map((one) => one?.id);

/** Another operation runs on it, or something still holds it: that passes. @throws every other failure */
function stillInUse(error: unknown): NodeStep {
  if (!(error instanceof AzureFailure) || error.classified.failure.class !== 'conflict') throw error;
  const { failure, retryAfterSeconds = 10 } = error.classified;
  return { step: 'again', afterSeconds: retryAfterSeconds, failure };
}

/** Azure makes the disk; where a machine is gone and nobody has marked its disk, the name says whose it was. */
const isOurs = ({ id }: Part, { tags }: Found, deploymentId: string): boolean =>
  isTaggedOurs(tags, deploymentId) ||
  (id.includes('/disks/') && tagOf(tags, 'deployment') === undefined && Object.keys(tags ?? {}).length === 0);

/** All parts are looked at before any is deleted: Azure takes what hangs on a machine along with it. */
function foreign(all: readonly { part: Part; found: Found }[], context: Context): NodeStep | undefined {
  const { input } = context;
  const fail = (id: string, why: string): NodeStep => ({
    step: 'failed',
    failure: {
      class: 'foreign',
      code: 'ForeignResource',
      message: `Cannot delete ${id} as ${why}`,
      resource: id,
      advice: 'restore its tag `deployment` if it is the event’s; otherwise it stays, and what it uses with it',
    },
  });
  const ids = new Set(parts(context).map(({ id }) => id.toLowerCase()));
  for (const { part, found } of all) {
    if (!isOurs(part, found, input.deploymentId))
      return fail(part.id, `its tags name another deployment (${tagOf(found.tags, 'deployment') ?? 'none'})`);
    const other = found.along?.find((id) => id !== undefined && !ids.has(id.toLowerCase()));
    if (other !== undefined) return fail(part.id, `Azure would delete ${other} with it, which is not ours`);
  }
  return undefined;
}

/** What a look remembers for the next, for the ledger; ms since the epoch. */
interface Seen {
  /** What the latest look found, and when. */
  there?: string;
  at?: number;
  /** When things were gone. */
  gone: Record<string, number>;
}

async function advance(context: Context, { there, at, gone: before }: Seen): Promise<NodeStep> {
  const { input, spec, azure } = context;
  const gone = { ...before };
  const now = ports().now();
  const looked = await Promise.all(parts(context).map(async (part) => ({ part, found: await part.look() })));
  const refused = foreign(
    looked.flatMap(({ part, found }) => (found ? [{ part, found }] : [])),
    context,
  );
  if (refused) return refused;
  for (const { part, found } of looked) {
    if (found === undefined) {
      const machine = gone[spec.mixer];
      // It went between two looks, or along with its machine.
      if (part.name === there) gone[part.name] ??= ((at ?? now) + now) / 2;
      else if (machine !== undefined) gone[part.name] ??= machine;
      continue;
    }
    if ((found.provisioningState ?? 'Succeeded').toLowerCase() !== 'deleting') {
      const busy = await part.remove().then(() => undefined, stillInUse);
      if (busy) return busy;
    }
    const token: Seen = { there: part.name, at: now, gone };
    return { step: 'running', token: JSON.stringify(token), afterSeconds: 5, detail: `removing ${part.name}` };
  }
  if (spec.secrets) {
    const { deploymentId, installation } = input;
    const vault = (url: string) => new Vault(azure.secrets(url));
    await deleteSecret(vault(installation.mixerVaultUrl), secretName.stream(deploymentId, spec.language), deploymentId);
    await deleteSecret(vault(installation.keyVaultUrl), secretName.windows(deploymentId, spec.language), deploymentId);
    await context.durable.signalEntity(mixerEntity(deploymentId, spec.language), 'forget', deploymentId);
  }
  return { step: 'done', facts: gone };
}

export const deleteMachine: NodeHandler<'delete-machine'> = {
  begin: (context) => advance(context, { gone: {} }),
  poll: (context, token) => advance(context, JSON.parse(token) as Seen),
};
