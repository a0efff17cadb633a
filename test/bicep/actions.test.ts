/** The roles hold what is sent to Azure and no more: a whole life of an event runs with them, and each action taken away is missed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BUILT_IN } from '../../local/azure/authorization/roles.ts';
import { arm, deploy, settled, teardown } from '../system/look.ts';
import { APP_DIR, type World } from '../system/world.ts';
import { ACTIONS, type Actions, installed, type Sent } from './life.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Without one of these an event cannot be made; preflight, or Azure itself, says so. */
const NEEDED_TO_DEPLOY = [
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  'Microsoft.Compute/galleries/images/versions/read',
  'Microsoft.ContainerInstance/containerGroups/write',
];
/** Sent by remedies and repairs only, which need a broken machine: where in the source. */
const SELDOM: Record<string, RegExp> = {
  'Microsoft.Compute/virtualMachines/instanceView/read': /virtualMachines\.instanceView\(/,
  'Microsoft.Compute/virtualMachines/restart/action': /machines\.restart\(/,
  'Microsoft.Compute/virtualMachines/redeploy/action': /machines\.redeploy\(/,
  'Microsoft.ContainerInstance/containerGroups/restart/action': /groups\.beginRestart\(/,
  'Microsoft.Compute/disks/read': /compute\.disks\.get\(/,
  'Microsoft.Compute/disks/delete': /compute\.disks\.delete\(/,
  'Microsoft.Network/networkInterfaces/delete': /network\.networkInterfaces\.delete\(/,
  'Microsoft.Network/publicIPAddresses/delete': /network\.publicIPAddresses\.delete\(/,
};
/** What a body refers to and must be allowed for, by the property that refers. */
const LINKED: Record<string, RegExp> = {
  'Microsoft.Network/virtualNetworks/subnets/join/action': /\/subnets\//i,
  'Microsoft.Network/networkSecurityGroups/join/action': /\/networkSecurityGroups\//i,
  'Microsoft.Network/publicIPAddresses/join/action': /\/publicIPAddresses\//i,
  'Microsoft.Network/networkInterfaces/join/action': /\/networkInterfaces\//i,
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action': /\/userAssignedIdentities\//i,
};

const every = (actions: Actions): string[] => [...new Set(Object.values(actions).flat())];
const without = (action: string): Actions => ({
  subscription: ACTIONS.subscription.filter((one) => one !== action),
  identities: ACTIONS.identities.filter((one) => one !== action),
  gallery: ACTIONS.gallery.filter((one) => one !== action),
});
/** Groups have a name of their own among the actions. */
const named = ({ action }: Sent) =>
  action.replace(/^(Microsoft\.Resources)\/(resourceGroups\/)/, '$1/subscriptions/$2');

interface Request {
  path: string;
  status: number;
}
const requests = async (of: World) => ((await of.sim('GET', '/_sim/requests')) as { requests: Request[] }).requests;

/** Actions of the operations that were looked at, which the simulator guards no more than it must. */
const polled = (paths: string[]) =>
  paths.flatMap((path) => {
    const provider = /\/providers\/([^/]+)\/locations\/[^/]+\/operations\//.exec(path)?.[1];
    if (provider) return [`${provider}/locations/operations/read`];
    return /\/operationresults\//.test(path) ? ['Microsoft.Resources/subscriptions/operationresults/read'] : [];
  });

const sources = () =>
  readdirSync(join(APP_DIR, 'activities'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(APP_DIR, 'activities', name), 'utf8'))
    .join('\n');

describe('the roles of bicep/actions.json', { timeout: 240_000 }, () => {
  it('carry an event from deploy to gone, and hold nothing that is not used', async () => {
    const { world: life, sent } = await installed(ACTIONS);
    world = life;
    const done = async (event: string, command: string, body: object) => {
      const answer = await life.call('POST', `/api/events/${event}/${command}`, body);
      expect(await settled(life, String(answer.body.operationId))).toMatchObject({ outcome: 'done' });
    };
    await deploy(life, 'demo');
    const { resourceGroup } = await life.until('demo', ['live', 'failed']);
    await done('demo', 'pause', {});
    await done('demo', 'resume', {});
    await done('demo', 'extend', { ttl: '48h' });
    expect((await life.call('GET', '/api/events/demo/logs')).status).toBe(200);
    expect((await life.call('POST', '/api/reaper', {})).status).toBe(200);
    // Somebody else's disk in the group: ours go one by one, so each deletion is asked for by itself.
    const disk = `resourceGroups/${resourceGroup}/providers/Microsoft.Compute/disks/ledger`;
    const blank = { location: 'westeurope', properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 32 } };
    expect(await arm(life, 'PUT', disk, blank, '2024-03-02')).toBeLessThan(300);
    for (const event of ['demo', 'other']) {
      if (event === 'other') await deploy(life, event);
      await life.until(event, ['live']);
      const { body } = await teardown(life, event);
      expect(await settled(life, String(body.operationId))).toMatchObject({ outcome: 'done' });
    }
    const all = await requests(life);
    expect(all.filter(({ status }) => status === 403)).toEqual([]);
    const bodies = JSON.stringify(sent.map(({ body }) => body));
    const code = sources();
    const used = new Set([
      ...sent.map(named),
      ...polled(all.map(({ path }) => path)),
      ...Object.keys(LINKED).filter((action) => LINKED[action]?.test(bodies)),
      ...Object.keys(SELDOM).filter((action) => SELDOM[action]?.test(code)),
    ]);
    expect([...used].sort()).toEqual(every(ACTIONS).sort());
  });

  it.each(NEEDED_TO_DEPLOY)('without %s no event is made, and its name is said', async (action) => {
    const { world: life } = await installed(without(action), action);
    world = life;
    await deploy(life, 'demo');
    const status = await life.until('demo', ['live', 'failed']);
    expect(status).toMatchObject({ state: 'failed' });
    expect(JSON.stringify(status)).toContain(action);
  });

  it('are far less than Contributor: no star, nobody’s rights, no vault and no policy', () => {
    const all = every(ACTIONS);
    expect(all.filter((action) => action.includes('*'))).toEqual([]);
    expect(
      all.filter((action) => /Microsoft\.(Authorization\/(?!permissions\/read)|KeyVault|Web|Storage)/.test(action)),
    ).toEqual([]);
    expect(BUILT_IN.find(({ name }) => name === 'Contributor')?.actions).toEqual(['*']);
    for (const list of Object.values(ACTIONS)) expect(new Set(list).size).toBe(list.length);
  });
});
