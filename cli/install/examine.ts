/** `doctor --install`: whether a subscription can take the control plane, before there is one. */
import type { OptionValues } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT } from '../core/errors.ts';
import type { OptionSpecs } from '../core/metadata.ts';
import { Azure } from './azure.ts';
import { type Check, LOOKS } from './checks.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const INSTALL_OPTIONS = {
  install: {
    type: 'boolean',
    description: 'instead: whether a subscription can take an installation (rights, region, names, quota); only reads',
  },
  subscription: {
    type: 'string',
    value: 'ID',
    env: 'AZURE_SUBSCRIPTION_ID',
    description: 'with --install: the subscription',
    check: (value) => (GUID.test(value) ? undefined : 'must be a subscription id (GUID)'),
  },
  location: {
    type: 'string',
    value: 'REGION',
    env: 'AZURE_LOCATION',
    description: 'with --install: region of the control plane (default westeurope)',
  },
  environment: {
    type: 'string',
    value: 'NAME',
    env: 'AZURE_ENV_NAME',
    description: "with --install: the template's environmentName (default production)",
  },
  'event-region': {
    type: 'string',
    value: 'REGION',
    description: "with --install: region of events (default the control plane's)",
  },
  arm: {
    type: 'string',
    value: 'URL',
    description: 'with --install: Azure Resource Manager (default https://management.azure.com)',
    check: (value) => (/^https?:/.test(value) && URL.canParse(value) ? undefined : 'must be an http or https URL'),
  },
} as const satisfies OptionSpecs;

type Options = OptionValues<typeof INSTALL_OPTIONS>;

/** Runs all looks; one that throws is a failed check, and without the subscription the rest is skipped. @throws CliError for wrong usage, or when nobody is signed in */
export async function examineSubscription(context: Context, options: Options): Promise<Check[]> {
  const {
    subscription,
    location = 'westeurope',
    environment = 'production',
    arm = 'https://management.azure.com',
  } = options;
  if (!subscription)
    throw new CliError(EXIT.usage, 'Which subscription? Give --subscription or AZURE_SUBSCRIPTION_ID', {
      hint: "'az account show --query id' prints the one that you use",
    });
  const url = arm.replace(/\/+$/, '');
  const azure = new Azure(context.client.to(url, `${url}/.default`), subscription);
  const wanted = { subscription, location, environment, eventRegion: options['event-region'] ?? location };
  const found: Check[] = [];
  for (const [name, look] of LOOKS) {
    if (found[0]?.outcome === 'fail') {
      found.push({ name, outcome: 'skipped', detail: 'needs the subscription' });
      continue;
    }
    try {
      found.push(...(await look(azure, wanted)));
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode === EXIT.interrupted) throw error;
      found.push({ name, outcome: 'fail', detail: error.message, advice: error.hint });
    }
  }
  return found;
}
