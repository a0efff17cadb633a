/** Machines that try a version: one from the generalised image, which is captured when it is warm, and one from the capture. */
import { orAbsent } from '../../azure/errors.ts';
import { beginModular } from '../../azure/operations.ts';
import { buildNames, buildTags } from '../../domain/images/build.ts';
import { resourceName } from '../../domain/names.ts';
import type { ImageStep } from '../../domain/seam/image-build.ts';
import { ports } from '../../ports/index.ts';
import { armId } from '../resource.ts';
import { placeOf } from './gallery.ts';
import { type BuildContext, done, failed, make, type PhaseStep, running } from './step.ts';

type Which = 'boot' | 'trial';
const MACHINES = 'Microsoft.Compute/virtualMachines';
const NETWORK = 'Microsoft.Network';

/** A network that nothing reaches from outside, and an interface for each machine. */
export const network: PhaseStep = async (context) => {
  const { azure, input } = context;
  const { resourceGroup, region: location } = input;
  const tags = buildTags(input);
  const vnet = armId(input, `${NETWORK}/virtualNetworks`, buildNames.vnet);
  const step = await make(context, {
    id: vnet,
    async look() {
      const found = await orAbsent(azure.network.virtualNetworks.get(resourceGroup, buildNames.vnet));
      return found && { tags: found.tags, state: found.provisioningState };
    },
    send: () =>
      beginModular('network', vnet, () =>
        azure.network.virtualNetworks.createOrUpdate(resourceGroup, buildNames.vnet, {
          location,
          tags,
          addressSpace: { addressPrefixes: ['10.90.0.0/24'] },
          subnets: [{ name: buildNames.subnet, addressPrefix: '10.90.0.0/26', defaultOutboundAccess: false }],
        }),
      ),
  });
  if (step.step !== 'done') return step;
  for (const which of input.specialised ? (['boot', 'trial'] as const) : (['boot'] as const)) {
    const name = buildNames.nic(which);
    const id = armId(input, `${NETWORK}/networkInterfaces`, name);
    const nic = await make(context, {
      id,
      async look() {
        const found = await orAbsent(azure.network.networkInterfaces.get(resourceGroup, name));
        return found && { tags: found.tags, state: found.provisioningState };
      },
      send: () =>
        beginModular('network', id, () =>
          azure.network.networkInterfaces.createOrUpdate(resourceGroup, name, {
            location,
            tags,
            ipConfigurations: [{ name: 'ip', subnet: { id: `${vnet}/subnets/${buildNames.subnet}` } }],
          }),
        ),
    });
    if (nic.step !== 'done') return nic;
  }
  return done();
};

/** Nobody logs on: the password is made, sent once, and forgotten. */
const password = (): string => `aA1!${Buffer.from(ports().random(24)).toString('base64url')}`;

/** A machine from a version of this build, until its agent has reported. */
async function started(context: BuildContext, which: Which): Promise<ImageStep> {
  const { azure, input } = context;
  const name = buildNames.machine(which);
  const id = armId(input, MACHINES, name);
  const specialised = which === 'trial';
  let ready = false;
  const step = await make(context, {
    id,
    async look() {
      const found = await orAbsent(
        azure.compute.virtualMachines.get(input.resourceGroup, name, { expand: 'instanceView' }),
      );
      const view = found?.instanceView;
      ready = view?.vmAgent?.statuses?.some(({ displayStatus }) => displayStatus === 'Ready') ?? false;
      const said = view?.statuses?.find(({ code }) => /^ProvisioningState\/failed\//i.test(code ?? ''));
      // The guest may have come up after Azure gave up waiting for it.
      if (!found || !said || ready)
        return found && { tags: found.tags, state: ready ? 'Succeeded' : found.provisioningState };
      const code = said.code?.split('/').at(-1) ?? 'MachineFailed';
      const failure = {
        class: 'unhealthy' as const,
        code,
        message:
          said.message ?? `the machine from the ${specialised ? 'specialised' : 'generalised'} version did not start`,
        resource: id,
        advice: 'look at its boot diagnostics with a build of your own by mixer/image/image.bicep',
      };
      return { tags: found.tags, state: found.provisioningState, failure };
    },
    send: () =>
      beginModular('compute', id, () =>
        azure.compute.virtualMachines.createOrUpdate(input.resourceGroup, name, {
          location: input.region,
          tags: buildTags(input),
          hardwareProfile: { vmSize: input.vmSize },
          storageProfile: {
            imageReference: { id: placeOf(input, specialised ? 'specialised' : 'generalised').id },
            osDisk: {
              name: resourceName.disk(name),
              createOption: 'FromImage',
              managedDisk: { storageAccountType: 'StandardSSD_LRS' },
              deleteOption: 'Delete',
            },
          },
          // A specialised image has accounts and name already: Azure refuses an osProfile.
          ...(specialised
            ? {}
            : {
                osProfile: {
                  computerName: 'mixer-build',
                  adminUsername: 'operator',
                  adminPassword: password(),
                  windowsConfiguration: {
                    provisionVMAgent: true,
                    enableAutomaticUpdates: false,
                    patchSettings: { patchMode: 'Manual' },
                  },
                },
              }),
          networkProfile: {
            networkInterfaces: [
              {
                id: armId(input, `${NETWORK}/networkInterfaces`, buildNames.nic(which)),
                primary: true,
                deleteOption: 'Delete',
              },
            ],
          },
        }),
      ),
  });
  if (step.step !== 'done') return step;
  return ready
    ? done(`a machine from the ${specialised ? 'specialised' : 'generalised'} version has started`)
    : running('its agent has not reported yet');
}

export const boot: PhaseStep = (context) => started(context, 'boot');
export const trial: PhaseStep = (context) => started(context, 'trial');

/** Waits for OBS and takes away what must not be in a copy (mixer/image/prepare-capture.ps1). */
export const warm: PhaseStep = async (context) => {
  const { azure, input } = context;
  const machine = buildNames.machine('boot');
  const name = 'prepare-capture';
  const id = `${armId(input, MACHINES, machine)}/runCommands/${name}`;
  const step = await make(context, {
    id,
    async look() {
      const found = await orAbsent(
        azure.compute.virtualMachineRunCommands.getByVirtualMachine(input.resourceGroup, machine, name, {
          expand: 'instanceView',
        }),
      );
      const view = found?.instanceView;
      if (!found || !/^(failed|timedout|canceled)$/i.test(view?.executionState ?? ''))
        return found && { tags: found.tags, state: found.provisioningState };
      const failure = {
        class: 'unhealthy' as const,
        code: 'NotWarm',
        message: (view?.error || view?.output || view?.executionMessage || 'the script gave no reason').slice(-500),
        resource: id,
        advice: 'the script is mixer/image/prepare-capture.ps1; build without --specialised meanwhile',
      };
      return { tags: found.tags, state: found.provisioningState, failure };
    },
    send: () =>
      beginModular('compute', id, () =>
        azure.compute.virtualMachineRunCommands.createOrUpdate(input.resourceGroup, machine, name, {
          location: input.region,
          tags: buildTags(input),
          source: { script: '& C:\\stream-control\\prepare-capture.ps1' },
          timeoutInSeconds: 900,
          treatFailureAsDeploymentFailure: true,
        }),
      ),
  });
  return step.step === 'done' ? done('OBS is warm') : step;
};

const POWER = 'PowerState/';

/** Only a machine that is deallocated is captured. */
export const stop: PhaseStep = async ({ azure, input }) => {
  const name = buildNames.machine('boot');
  const view = await orAbsent(azure.compute.virtualMachines.instanceView(input.resourceGroup, name));
  const power = view?.statuses?.find(({ code }) => code?.startsWith(POWER))?.code?.slice(POWER.length);
  if (power === undefined)
    return failed({
      class: 'conflict',
      code: 'MachineMissing',
      message: `Cannot capture ${name} as somebody has removed it`,
      advice: 'build again',
    });
  if (power === 'deallocated') return done();
  if (power !== 'deallocating')
    await beginModular('compute', armId(input, MACHINES, name), () =>
      azure.compute.virtualMachines.deallocate(input.resourceGroup, name),
    );
  return running(power);
};
