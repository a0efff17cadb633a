/** What the control plane depends on: is it configured, does it answer, is it permitted, and if not, what to do. */

import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import type { HealthCheck } from '../contract/api/health.ts';
import type { CheckContext, CheckResult } from '../inspect/preflight/check.ts';
import { permissions } from '../inspect/preflight/permissions.ts';
import { mixerIdentity, mixerImage } from '../inspect/preflight/standing.ts';
import { installationOf } from './installation.ts';

export type Look = () => Promise<HealthCheck>;
export const pass = (name: string, detail: string): HealthCheck => ({ name, outcome: 'pass', detail });

/** A check of preflight, with its advice apart. */
const told = ({ name, outcome, detail, failure }: CheckResult): HealthCheck => ({
  name,
  outcome,
  detail: failure?.message ?? detail,
  ...(failure?.advice ? { advice: failure.advice } : {}),
});

/** @param otherwise what it means that the look itself failed */
async function run(name: string, look: Look, otherwise: 'warn' | 'fail' = 'fail'): Promise<HealthCheck> {
  try {
    return await look();
  } catch (error) {
    const { code, message, advice } = classify(error, name).failure;
    return { name, outcome: otherwise, detail: `${code}: ${message}`, ...(advice ? { advice } : {}) };
  }
}

/** What can be seen in the settings alone. */
export function configured(settings: Settings): HealthCheck[] {
  const { cloud, publicUrl, alertSecret, authMode, teamsWebhookSecret, teamsWorkflowUrl } = settings;
  const checks: HealthCheck[] = [];
  const { protocol, hostname } = new URL(publicUrl);
  if (cloud === 'azure' && (protocol !== 'https:' || /^(localhost|127\.|\[::1\])/.test(hostname)))
    checks.push({
      name: 'public address',
      outcome: 'warn',
      detail: `mixers on Azure cannot reach ${publicUrl} safely`,
      advice: 'set PUBLIC_URL to the https address of the Function App',
    });
  checks.push(
    alertSecret !== undefined || authMode === 'entra'
      ? pass('alerts', alertSecret !== undefined ? 'taken with the alert secret' : 'taken from a secure webhook')
      : { name: 'alerts', outcome: 'warn', detail: 'none are taken', advice: 'set ALERT_SECRET' },
  );
  if (teamsWebhookSecret !== undefined && teamsWorkflowUrl === undefined)
    checks.push({
      name: 'Teams',
      outcome: 'warn',
      detail: 'commands are taken, but nothing can be posted back',
      advice: 'set TEAMS_WORKFLOW_URL to the address of a workflow that posts into the channel',
    });
  else {
    const says = teamsWorkflowUrl === undefined ? 'not set up' : 'notifications are posted';
    checks.push(pass('Teams', teamsWebhookSecret === undefined ? says : `commands are taken, ${says}`));
  }
  return checks;
}

/**
 * Every check, in the order in which people should mend what fails.
 * @param own looks at the events themselves
 */
export async function healthChecks(settings: Settings, own: readonly Look[]): Promise<HealthCheck[]> {
  const { subscriptionId, keyVaultUrl, mixerVaultUrl, defaultRegion } = settings;
  const azure = await clients(subscriptionId);
  const installation = installationOf(settings);
  // As preflight would look in the region where events run unless told otherwise.
  const context: CheckContext = {
    azure,
    installation,
    deploymentId: '',
    resourceGroup: '',
    region: defaultRegion,
    spec: {
      kind: 'preflight',
      regions: [defaultRegion],
      vmSizes: [],
      spot: false,
      keysGiven: false,
      takesKeys: false,
      streamSecrets: [],
      needs: { machines: 0, computerNames: [], identity: true, groups: [] },
    },
  };
  const vault = (name: string, url: string) =>
    run(name, async () => {
      // Any answer but "no such secret" is an error.
      await new Vault(azure.secrets(url)).read('stream-control-preflight');
      return pass(name, url);
    });
  const looked = await Promise.all([
    run('resource manager', async () => {
      await azure.resources.resourceGroups.list({ top: 1 }).next();
      return pass('resource manager', `subscription ${subscriptionId}`);
    }),
    run('permissions', async () => told(await permissions(context)), 'warn'),
    vault('key vault', keyVaultUrl),
    vault('mixer vault', mixerVaultUrl),
    run('mixer image', async () => told(await mixerImage(context))),
    ...own.map((look) => run('events', look)),
    run('mixer identity', async () => told(await mixerIdentity(context))),
  ]);
  return [...looked, ...configured(settings)];
}
