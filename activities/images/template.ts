/** Image Builder's template: it installs, tests, generalises and distributes by itself; it is made to run when it is made. */
import { orAbsent } from '../../azure/errors.ts';
import { beginModular } from '../../azure/operations.ts';
import { buildNames, buildTags, versionTags } from '../../domain/images/build.ts';
import { PROOF_TAG } from '../../domain/images/versions.ts';
import type { Failure } from '../../domain/seam/failure.ts';
import type { ImageStepInput } from '../../domain/seam/image-build.ts';
import { WINDOWS } from '../../inspect/images.ts';
import { placeOf } from './gallery.ts';
import { done, failed, make, type PhaseStep, running } from './step.ts';

/** With `autoRun` (Microsoft Learn, "Azure Image Builder template reference"). */
const API_VERSION = '2024-02-01';
/** Minutes a run may take: an optimised Windows of 127 GB takes 35 in 95 of 100 runs (ibid., "VM boot optimization"). */
const RUN_MINUTES = 90;

const idOf = ({ installation, resourceGroup }: ImageStepInput): string =>
  `/subscriptions/${installation.subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.VirtualMachineImages/imageTemplates/${buildNames.template}`;

/** Inside double quotes of PowerShell nothing of these addresses means anything: they hold no quote, dollar or backtick. */
const quoted = (text: string): string => {
  if (/["`$\r\n]/.test(text))
    throw new Error('Cannot build as an address holds a character that PowerShell would read');
  return `"${text}"`;
};

function sourceOf(input: ImageStepInput) {
  const { sources } = input;
  if ('from' in sources)
    return {
      type: 'SharedImageVersion',
      imageVersionId: `${placeOf(input, 'generalised').definitionId}/versions/${sources.from}`,
    };
  const [publisher, offer, sku] = WINDOWS;
  return { type: 'PlatformImage', publisher, offer, sku, version: sources.windowsVersion };
}

/** The same steps as mixer/image/image.bicep, which people deploy by hand. */
export function templateOf(input: ImageStepInput) {
  const { sources, region, regions, vmSize, identityId, storage } = input;
  const { [PROOF_TAG]: _pending, ...tags } = versionTags(input);
  const install = [
    `-ObsUrl ${quoted(sources.obs.url)} -ObsSha256 ${quoted(sources.obs.sha256)}`,
    `-NodeUrl ${quoted(sources.node.url)} -NodeSha256 ${quoted(sources.node.sha256)}`,
  ].join(' ');
  return {
    location: region,
    tags: buildTags(input),
    identity: { type: 'UserAssigned' as const, userAssignedIdentities: { [identityId]: {} } },
    properties: {
      autoRun: { state: 'Enabled' },
      buildTimeoutInMinutes: RUN_MINUTES,
      vmProfile: { vmSize, osDiskSizeGB: 127 },
      source: sourceOf(input),
      customize: [
        {
          type: 'File',
          name: 'agent',
          sourceUri: sources.agent.url,
          sha256Checksum: sources.agent.sha256,
          destination: 'C:\\build\\agent.tar.gz',
        },
        {
          type: 'PowerShell',
          name: 'install',
          runElevated: true,
          runAsSystem: true,
          inline: [
            '$ErrorActionPreference = "Stop"',
            'tar -xf C:\\build\\agent.tar.gz -C C:\\build',
            `& C:\\build\\install.ps1 ${install}`,
          ],
        },
        { type: 'WindowsRestart', name: 'restart', restartTimeout: '10m' },
      ],
      validate: {
        continueDistributeOnFailure: false,
        inVMValidations: [
          {
            type: 'PowerShell',
            name: 'smoke-test',
            runElevated: true,
            runAsSystem: true,
            inline: ['& C:\\build\\smoke-test.ps1', 'Remove-Item C:\\build -Recurse -Force'],
          },
        ],
      },
      distribute: [
        {
          type: 'SharedImage',
          runOutputName: buildNames.template,
          galleryImageId: placeOf(input, 'generalised').id,
          // Nothing may start from it as the latest before it has started a machine.
          excludeFromLatest: true,
          targetRegions: regions.map((name) => ({ name, replicaCount: 1, storageAccountType: storage })),
          artifactTags: { ...tags, [PROOF_TAG]: 'pending' },
        },
      ],
    },
  };
}

interface Template {
  provisioningState?: string;
  provisioningError?: { provisioningErrorCode?: string; message?: string };
  lastRunStatus?: { runState?: string; runSubState?: string; message?: string };
}

const ADVICE =
  'customization.log in the staging group’s storage account says more; the smoke test is mixer/image/smoke-test.ps1';

function failureOf({ provisioningError, lastRunStatus }: Template, resource: string): Failure | undefined {
  const state = lastRunStatus?.runState ?? '';
  if (/^(failed|canceled)$/i.test(state))
    return {
      class: 'unhealthy',
      code: `ImageBuild${state}`,
      message: lastRunStatus?.message ?? 'Image Builder gave no reason',
      resource,
      advice: ADVICE,
    };
  if (provisioningError?.message === undefined) return undefined;
  const code = provisioningError.provisioningErrorCode ?? 'ImageTemplateFailed';
  return { class: 'configuration', code, message: provisioningError.message, resource, advice: ADVICE };
}

/** Installs, tests and distributes: made once, then watched to the end of its run. */
export const customise: PhaseStep = async (context) => {
  const { azure, input } = context;
  const id = idOf(input);
  let template: Template = {};
  const step = await make(context, {
    id,
    async look() {
      const found = await orAbsent(azure.resources.resources.getById(id, API_VERSION));
      if (!found) return undefined;
      template = (found.properties ?? {}) as Template;
      const failure = failureOf(template, id);
      return { tags: found.tags, state: template.provisioningState, ...(failure ? { failure } : {}) };
    },
    send: () =>
      beginModular('resources', id, () =>
        azure.resources.resources.createOrUpdateById(id, API_VERSION, templateOf(input)),
      ),
  });
  if (step.step !== 'done') return step;
  const { runState, runSubState } = template.lastRunStatus ?? {};
  if (runState === 'Succeeded') return done('OBS came up in the image');
  if (runState === 'PartiallySucceeded')
    return failed({
      class: 'unhealthy',
      code: 'ImageBuildPartial',
      message: template.lastRunStatus?.message ?? 'Image Builder distributed to some regions only',
      resource: id,
      advice: ADVICE,
    });
  return running(`Image Builder: ${runSubState ?? runState ?? 'about to run'}`);
};
