/** What can be known to fail before anything is created is found here. Certain failures fail; doubts are warnings. */
import { classify } from '../../azure/errors.ts';
import { containerQuota, machineSizes, publicAddresses } from './capacity.ts';
import { type Check, type CheckContext, type CheckResult, fail, warn } from './check.ts';
import { dnsLabels } from './dns-labels.ts';
import { permissions } from './permissions.ts';
import { groupName, mixerIdentity, mixerImage, streamKeys, vaults } from './standing.ts';

type Asks = (spec: CheckContext['spec']) => boolean;
const always: Asks = () => true;
const machines: Asks = ({ needs }) => needs.machines > 0;
const groups: Asks = ({ needs }) => needs.groups.length > 0;

/** Every check, and whether what is composed asks for it. */
const CHECKS: Record<string, [Check, Asks]> = {
  permissions: [permissions, always],
  'resource group': [groupName, always],
  'DNS labels': [dnsLabels, groups],
  'mixer image': [mixerImage, machines],
  'mixer identity': [mixerIdentity, ({ needs }) => needs.identity],
  'key vaults': [vaults, always],
  'stream keys': [streamKeys, ({ takesKeys }) => takesKeys],
  'VM sizes and cores': [machineSizes, machines],
  'container quota': [containerQuota, groups],
  'public addresses': [publicAddresses, machines],
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

/** Every check that is asked for, in order. @throws what may pass by itself */
export const runChecks = (context: CheckContext): Promise<CheckResult[]> =>
  Promise.all(
    Object.entries(CHECKS).flatMap(([name, [check, asks]]) => (asks(context.spec) ? [run(name, check, context)] : [])),
  );
