/**
 * Removes one language's machine and all that hangs on it. Each look finds the first thing that is still there and sends its
 * deletion, so it may be begun, killed and repeated at any point; its token only remembers when things were gone.
 */
import type { AzureClients } from '../azure/clients.ts';
import { AzureFailure } from '../azure/errors.ts';
import { type Begun, beginModular } from '../azure/operations.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import type { NodeStep } from '../domain/workflow.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { mixerEntity } from './mixer-entity.ts';
import { armId, read } from './resource.ts';

type Context = NodeContext<'delete-machine'>;

interface Part {
  id: string;
  name: string;
  state(): Promise<string | undefined>;
  remove(): Promise<Begun>;
}

/** In the order in which Azure lets them go; with `deleteOption: Delete` the first takes the others along. */
function parts({ input, spec, azure }: Context): Part[] {
  const group = input.resourceGroup;
  const part = (
    type: string,
    name: string,
    get: (azure: AzureClients) => Promise<{ provisioningState?: string } | undefined>,
    remove: (azure: AzureClients) => Promise<Begun>,
  ): Part => ({
    id: armId(input, type, name),
    name,
    state: async () => {
      const found = await read(get(azure));
      return found && (found.provisioningState ?? 'Succeeded');
    },
    remove: () => remove(azure),
  });
  const disk = `${spec.mixer}-os`;
  return [
    part(
      'Microsoft.Compute/virtualMachines',
      spec.mixer,
      ({ compute }) => compute.virtualMachines.get(group, spec.mixer),
      ({ compute }) =>
        beginModular('compute', spec.mixer, () =>
          compute.virtualMachines.delete(group, spec.mixer, { forceDeletion: true }),
        ),
    ),
    part(
      'Microsoft.Network/networkInterfaces',
      spec.nic,
      ({ network }) => network.networkInterfaces.get(group, spec.nic),
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

/** Another operation runs on it, or something still holds it: that passes. @throws every other failure */
function stillInUse(error: unknown): NodeStep {
  if (!(error instanceof AzureFailure) || error.classified.failure.class !== 'conflict') throw error;
  const { failure, retryAfterSeconds = 10 } = error.classified;
  return { step: 'again', afterSeconds: retryAfterSeconds, failure };
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
  const gone = { ...before };
  const now = ports().now();
  for (const part of parts(context)) {
    const state = await part.state();
    if (state === undefined) {
      const machine = gone[context.spec.mixer];
      // It went between two looks, or along with its machine.
      if (part.name === there) gone[part.name] ??= ((at ?? now) + now) / 2;
      else if (machine !== undefined) gone[part.name] ??= machine;
      continue;
    }
    if (state.toLowerCase() !== 'deleting') {
      const busy = await part.remove().then(() => undefined, stillInUse);
      if (busy) return busy;
    }
    const token: Seen = { there: part.name, at: now, gone };
    return { step: 'running', token: JSON.stringify(token), afterSeconds: 5, detail: `removing ${part.name}` };
  }
  const { input, spec, azure } = context;
  if (spec.secrets) {
    const { keyVaultUrl, mixerVaultUrl } = input.installation;
    await new Vault(azure.secrets(mixerVaultUrl)).delete(secretName.stream(input.deploymentId, spec.language));
    await new Vault(azure.secrets(keyVaultUrl)).delete(secretName.windows(input.deploymentId, spec.language));
    await context.durable.signalEntity(mixerEntity(input.deploymentId, spec.language), 'forget');
  }
  return { step: 'done', facts: gone };
}

export const deleteMachine: NodeHandler<'delete-machine'> = {
  begin: (context) => advance(context, { gone: {} }),
  poll: (context, token) => advance(context, JSON.parse(token) as Seen),
};
