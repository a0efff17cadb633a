/** Which actions of the control plane's roles something uses: what was sent says it, and for what is sent seldom the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_DIR } from '../system/world.ts';

export type Scope = 'subscription' | 'identities' | 'gallery' | 'workspace';
export type Actions = Record<Scope, string[]>;
export const ACTIONS: Actions = JSON.parse(readFileSync(join(APP_DIR, 'bicep/actions.json'), 'utf8'));

/** Sent by remedies and repairs only, which need a broken machine, and by builds of an image: where in the source. */
const SELDOM: Record<string, RegExp> = {
  'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read': /virtualMachineImages\.list\(/,
  'Microsoft.VirtualMachineImages/imageTemplates/read': /resources\.getById\(id, API_VERSION\)/,
  'Microsoft.VirtualMachineImages/imageTemplates/write': /resources\.createOrUpdateById\(id, API_VERSION,/,
  'Microsoft.Compute/virtualMachines/runCommands/read': /virtualMachineRunCommands\.getByVirtualMachine\(/,
  'Microsoft.Compute/virtualMachines/runCommands/write': /virtualMachineRunCommands\.createOrUpdate\(/,
  'Microsoft.Compute/galleries/images/versions/write': /galleryImageVersions\.createOrUpdate\(/,
  'Microsoft.Compute/galleries/images/versions/delete': /galleryImageVersions\.delete\(/,
  'Microsoft.Compute/virtualMachines/instanceView/read': /virtualMachines\.instanceView\(/,
  'Microsoft.Compute/virtualMachines/restart/action': /machines\.restart\(/,
  'Microsoft.Compute/virtualMachines/redeploy/action': /machines\.redeploy\(/,
  'Microsoft.ContainerInstance/containerGroups/restart/action': /groups\.beginRestart\(/,
  'Microsoft.Compute/disks/read': /compute\.disks\.get\(/,
  'Microsoft.Compute/disks/delete': /compute\.disks\.delete\(/,
  'Microsoft.Network/networkInterfaces/delete': /network\.networkInterfaces\.delete\(/,
  'Microsoft.Network/publicIPAddresses/delete': /network\.publicIPAddresses\.delete\(/,
};
/** Needed where machines start from the latest version: the rehearsal's do, these tests' do not. */
const LATEST = { 'Microsoft.Compute/galleries/images/read': /galleryImageVersions\.listByGalleryImage\(/ };
/** What a body refers to and must be allowed for, by the property that refers. */
const LINKED: Record<string, RegExp> = {
  'Microsoft.Network/virtualNetworks/subnets/join/action': /\/subnets\//i,
  'Microsoft.Network/networkSecurityGroups/join/action': /\/networkSecurityGroups\//i,
  'Microsoft.Network/publicIPAddresses/join/action': /\/publicIPAddresses\//i,
  'Microsoft.Network/networkInterfaces/join/action': /\/networkInterfaces\//i,
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action': /\/userAssignedIdentities\//i,
  'Microsoft.OperationalInsights/workspaces/sharedKeys/action': /\/workspaces\//i,
};

export const every = (actions: Actions): string[] => [...new Set(Object.values(actions).flat())];
/** Groups have a name of their own among the actions. */
const named = ({ action }: { action: string }) =>
  action.replace(/^(Microsoft\.Resources)\/(resourceGroups\/)/, '$1/subscriptions/$2');

/** Actions of the operations that were looked at, which the simulator guards no more than it must. */
const polled = (paths: string[]) =>
  paths.flatMap((path) => {
    const provider = /\/providers\/([^/]+)\/locations\/[^/]+\/operations\//.exec(path)?.[1];
    if (provider) return [`${provider}/locations/operations/read`];
    // Answered by another host than ARM's; who may read metrics may ask there.
    if (/\/metrics:getBatch$/.test(path)) return ['Microsoft.Insights/metrics/read'];
    // Of Log Analytics, by its own host.
    if (/^\/v1\/workspaces\/[^/]+\/query$/.test(path))
      return ['read', 'query/read', 'query/ContainerInstanceLog/read'].map(
        (each) => `Microsoft.OperationalInsights/workspaces/${each}`,
      );
    return /\/operationresults\//.test(path) ? ['Microsoft.Resources/subscriptions/operationresults/read'] : [];
  });

/** The rooms that ask anything of Azure. */
const ROOMS = ['activities', 'inspect'];
const sources = () =>
  ROOMS.flatMap((room) =>
    readdirSync(join(APP_DIR, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(APP_DIR, room, name), 'utf8')),
  ).join('\n');

/** @param sent what was asked of ARM and given @param paths of all requests, those of operations among them */
export function usedActions(sent: readonly { action: string; body: unknown }[], paths: string[]): Set<string> {
  const bodies = JSON.stringify(sent.map(({ body }) => body));
  const code = sources();
  return new Set([
    ...sent.map(named),
    ...polled(paths),
    ...Object.keys(LINKED).filter((action) => LINKED[action]?.test(bodies)),
    ...Object.entries({ ...SELDOM, ...LATEST }).flatMap(([action, sent]) => (sent.test(code) ? [action] : [])),
  ]);
}
