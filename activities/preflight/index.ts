/** What can be known to fail before anything is created is found here. Certain failures fail; doubts are warnings. */
import { AzureFailure, classify } from '../../azure/errors.ts';
import { type NodeHandler, noPoll } from '../handler.ts';
import { containerQuota, machineSizes, publicAddresses } from './capacity.ts';
import { type Check, type CheckContext, type CheckResult, fail, warn } from './check.ts';
import { dnsLabels } from './dns-labels.ts';
import { permissions } from './permissions.ts';
import { groupName, mixerIdentity, mixerImage, streamKeys, vaults } from './standing.ts';

const CHECKS: Record<string, Check> = {
  permissions,
  'resource group': groupName,
  'DNS labels': dnsLabels,
  'mixer image': mixerImage,
  'mixer identity': mixerIdentity,
  'key vaults': vaults,
  'stream keys': streamKeys,
  'VM sizes and cores': machineSizes,
  'container quota': containerQuota,
  'public addresses': publicAddresses,
};

/** Checks that a deployment can do without: what cannot be read (quotas, permissions, others' groups) says nothing about what works. */
const OPTIONAL = new Set(['permissions', 'DNS labels', 'VM sizes and cores', 'container quota', 'public addresses']);

async function run(name: string, check: Check, context: CheckContext): Promise<CheckResult> {
  try {
    return await check(context);
  } catch (error) {
    const { failure, retryAfterSeconds } = classify(error, name);
    if (retryAfterSeconds !== undefined) throw error;
    return OPTIONAL.has(name) ? warn(name, `not checked: ${failure.code}: ${failure.message}`) : fail(name, failure);
  }
}

/** Every check, in order. @throws what may pass by itself */
export const runChecks = (context: CheckContext): Promise<CheckResult[]> =>
  Promise.all(Object.entries(CHECKS).map(([name, check]) => run(name, check, context)));

export const preflight: NodeHandler<'preflight'> = {
  async begin({ input, spec, azure }) {
    const { installation, deploymentId, resourceGroup, region } = input;
    const results = await runChecks({ azure, installation, spec, deploymentId, resourceGroup, region });
    const failed = results.find(({ failure }) => failure)?.failure;
    if (failed) throw new AzureFailure({ failure: failed });
    const warnings = results
      .filter(({ outcome }) => outcome === 'warn')
      .map(({ name, detail }) => `${name}: ${detail}`);
    return { step: 'done', facts: { ...Object.assign({}, ...results.map(({ facts }) => facts)), warnings } };
  },
  poll: noPoll,
};
