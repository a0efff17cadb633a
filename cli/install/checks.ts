/** What would stop an installation, looked for before anything is made. Every check only reads. */
import type { Azure, Permission } from './azure.ts';
import { groupOf, namesOf, type Planned } from './names.ts';

export interface Check {
  name: string;
  outcome: 'pass' | 'warn' | 'fail' | 'skipped';
  detail: string;
  /** What to do about it. */
  advice?: string | undefined;
}
export interface Wanted extends Planned {
  /** Where events go whose request names no region. */
  eventRegion: string;
}
export type Look = (azure: Azure, wanted: Wanted) => Promise<Check[]>;

const pass = (name: string, detail: string): Check => ({ name, outcome: 'pass', detail });
const fail = (name: string, detail: string, advice: string): Check => ({ name, outcome: 'fail', detail, advice });

/** Regions are written with spaces and capitals by some, without by others. */
const short = (region: string): string => region.toLowerCase().replaceAll(' ', '');

export const subscription: Look = async (azure, wanted) => {
  const found = await azure.get<{ displayName?: string; state?: string }>(azure.subscription, '2022-12-01');
  if (!found)
    return [fail('subscription', `${wanted.subscription} is not there for you`, 'az account list shows yours')];
  if (found.state !== 'Enabled')
    return [fail('subscription', `${wanted.subscription} is ${found.state}`, 'nothing can be made in it: enable it')];
  return [pass('subscription', `${found.displayName} (${wanted.subscription})`)];
};

/** What deploying the template needs, a write of each kind; a subscription's Owner has all. */
const NEEDED = [
  'Microsoft.Resources/deployments/write',
  'Microsoft.Resources/subscriptions/resourceGroups/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  'Microsoft.Web/sites/write',
  'Microsoft.Storage/storageAccounts/write',
  'Microsoft.KeyVault/vaults/write',
  'Microsoft.ContainerRegistry/registries/write',
  'Microsoft.OperationalInsights/workspaces/write',
  'Microsoft.Insights/components/write',
  'Microsoft.Compute/galleries/write',
];

/** Whether a pattern such as `Microsoft.Web/*` covers an action; case does not count and a star spans slashes. */
const covers = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(action);

const gives = ({ actions = [], notActions = [] }: Permission, action: string): boolean =>
  actions.some((one) => covers(one, action)) && !notActions.some((one) => covers(one, action));

export const rights: Look = async (azure) => {
  const { value = [] } =
    (await azure.get<{ value?: Permission[] }>(
      `${azure.subscription}/providers/Microsoft.Authorization/permissions`,
      '2022-04-01',
    )) ?? {};
  const missing = NEEDED.filter((action) => !value.some((permission) => gives(permission, action)));
  if (missing.length === 0) return [pass('rights', 'all that the template needs')];
  return [
    fail(
      'rights',
      `you may not ${missing.join(', ')}`,
      'ask for Owner on the subscription, or for Contributor and User Access Administrator',
    ),
  ];
};

export const flex: Look = async (azure, { location }) => {
  const { value = [] } =
    (await azure.get<{ value?: { name: string }[] }>(
      `${azure.subscription}/providers/Microsoft.Web/geoRegions?sku=FlexConsumption`,
      '2024-04-01',
    )) ?? {};
  const regions = value.map(({ name }) => short(name));
  return regions.includes(short(location))
    ? [pass('region', `${location} offers Flex Consumption`)]
    : [fail('region', `${location} does not offer Flex Consumption`, `choose one of ${regions.join(', ')}`)];
};

const PROVIDERS = [
  ...['Web', 'Storage', 'KeyVault', 'ContainerRegistry', 'OperationalInsights', 'Insights', 'ManagedIdentity'],
  ...['Compute', 'Network', 'ContainerInstance', 'VirtualMachineImages'],
].map((name) => `Microsoft.${name}`);

/** Whoever deploys registers what the template needs; what events need later, the control plane may not register. */
export const providers: Look = async (azure) => {
  const states = await Promise.all(
    PROVIDERS.map(async (name) => {
      const found = await azure.get<{ registrationState?: string }>(
        `${azure.subscription}/providers/${name}`,
        '2021-04-01',
      );
      return { name, state: found?.registrationState };
    }),
  );
  const missing = states.filter(({ state }) => state !== 'Registered').map(({ name }) => name);
  if (missing.length === 0) return [pass('providers', `${PROVIDERS.length} are registered`)];
  return [
    {
      name: 'providers',
      outcome: 'warn',
      detail: `not registered: ${missing.join(', ')}`,
      advice: `az provider register --namespace ${missing[0]}, and so on`,
    },
  ];
};

interface Deleted {
  properties?: { vaultId?: string; scheduledPurgeDate?: string; purgeProtectionEnabled?: boolean };
}

/** @returns what to do about a vault of that name that stands in soft delete; undefined when there is none */
async function softDeleted(azure: Azure, wanted: Wanted, name: string): Promise<Check | undefined> {
  const at = `${azure.subscription}/providers/Microsoft.KeyVault/locations/${short(wanted.location)}/deletedVaults/${name}`;
  const properties = (await azure.get<Deleted>(at, '2024-11-01'))?.properties;
  if (!properties) return undefined;
  const purge = properties.purgeProtectionEnabled
    ? `it cannot be purged before ${properties.scheduledPurgeDate ?? 'its time'}`
    : `purge it (az keyvault purge --name ${name})`;
  return fail(
    'names',
    `vault ${name} stands in soft delete`,
    `bring it back (az keyvault recover --name ${name}) and deploy again; ${purge}; or choose another --environment`,
  );
}

/** Each name must be free, or in use by the installation that this one would replace. */
export const names: Look = async (azure, wanted) => {
  const found = await Promise.all(
    namesOf(wanted).map(async ({ type, name, version }): Promise<Check | undefined> => {
      if (await azure.get(`${groupOf(wanted)}/providers/${type}/${name}`, version)) return undefined;
      if (type === 'Microsoft.KeyVault/vaults') {
        const deleted = await softDeleted(azure, wanted, name);
        if (deleted) return deleted;
      }
      const [namespace] = type.split('/');
      const answer = await azure.post<{ nameAvailable?: boolean; message?: string }>(
        `${azure.subscription}/providers/${namespace}/checkNameAvailability`,
        version,
        { name, type: type === 'Microsoft.Web/sites' ? 'Site' : type },
      );
      if (answer?.nameAvailable !== false) return undefined;
      return fail('names', `${name} (${type}) is taken: ${answer.message ?? ''}`, 'choose another --environment');
    }),
  );
  const taken = found.filter((one) => one !== undefined);
  return taken.length > 0
    ? taken
    : [
        pass(
          'names',
          `free, or ours: ${namesOf(wanted)
            .map(({ name }) => name)
            .join(', ')}`,
        ),
      ];
};

interface Usage {
  name?: { value?: string };
  limit?: number;
  currentValue?: number;
}
/** Cores of the smallest event: one machine of two cores and room to replace it. */
const CORES = 4;

async function quota(azure: Azure, region: string, namespace: string, version: string, name: string, least: number) {
  const path = `${azure.subscription}/providers/${namespace}/locations/${short(region)}/usages`;
  const { value = [] } = (await azure.get<{ value?: Usage[] }>(path, version)) ?? {};
  const found = value.find((one) => one.name?.value?.toLowerCase() === name.toLowerCase());
  const { limit, currentValue = 0 } = found ?? {};
  if (limit === undefined) return undefined;
  const free = limit - currentValue;
  const detail = `${free} of ${limit} ${name} are free in ${region}`;
  if (free >= least) return pass('quota', detail);
  const advice = `ask for more (az quota update, or the portal's Quotas page), or name another --event-region`;
  return limit === 0
    ? fail('quota', `the subscription may have no ${name} in ${region}: quota 0`, advice)
    : { name: 'quota', outcome: 'warn' as const, detail, advice };
}

export const quotas: Look = async (azure, { eventRegion }) => {
  const found = await Promise.all([
    quota(azure, eventRegion, 'Microsoft.Compute', '2024-07-01', 'cores', CORES),
    quota(azure, eventRegion, 'Microsoft.ContainerInstance', '2023-05-01', 'ContainerGroups', 2),
  ]);
  return found.filter((one) => one !== undefined);
};

export const LOOKS: readonly (readonly [string, Look])[] = [
  ['subscription', subscription],
  ['rights', rights],
  ['region', flex],
  ['providers', providers],
  ['names', names],
  ['quota', quotas],
];
