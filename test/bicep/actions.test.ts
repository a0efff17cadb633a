/** The roles hold what is sent to Azure and no more: a whole life of an event runs with them, and each action taken away is missed. */
import { afterEach, describe, expect, it } from 'vitest';
import { BUILT_IN } from '../../local/azure/authorization/roles.ts';
import { arm, deploy, settled, teardown } from '../system/look.ts';
import type { World } from '../system/world.ts';
import { installed } from './life.ts';
import { ACTIONS, type Actions, every, usedActions } from './used.ts';

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
const without = (action: string): Actions => ({
  subscription: ACTIONS.subscription.filter((one) => one !== action),
  identities: ACTIONS.identities.filter((one) => one !== action),
  gallery: ACTIONS.gallery.filter((one) => one !== action),
  workspace: ACTIONS.workspace.filter((one) => one !== action),
});
interface Request {
  path: string;
  status: number;
}
const requests = async (of: World) => ((await of.sim('GET', '/_sim/requests')) as { requests: Request[] }).requests;

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
    expect((await life.call('GET', '/api/events/demo/metrics')).body).not.toHaveProperty('azure.problem');
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
    await life.pass(600);
    const logs = await life.call<{ logs: { text: string; source: string }[] }>('GET', '/api/events/demo/logs');
    expect(logs.body.logs).toContainEqual(
      expect.objectContaining({ source: 'workspace', text: expect.stringContaining('[info] working') }),
    );
    const all = await requests(life);
    expect(all.filter(({ status }) => status === 403)).toEqual([]);
    const paths = all.map(({ path }) => path);
    expect([...usedActions(sent, paths)].sort()).toEqual(every(ACTIONS).sort());
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
