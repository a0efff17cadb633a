/** Somebody else's things in, and around, an event's group: nothing foreign is ever touched, and it is named. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { arm, deploy, journal, secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

const DISK = '2024-03-02';
const location = 'westeurope';
const blank = { location, properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 32 } };
const accounting = { ...blank, tags: { owner: 'accounting' } };

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'foreign' });
});
afterAll(() => world.stop());

const inGroup = async (group: string) =>
  (await world.resources()).filter(({ id }) => id.toLowerCase().includes(`/resourcegroups/${group}/`));
const live = async (event: string, request: Record<string, unknown> = {}) => {
  const deploymentId = await deploy(world, event, request);
  const { resourceGroup } = await world.until(event, ['live']);
  return { deploymentId, group: String(resourceGroup) };
};
const disk = (group: string, name: string) => `resourceGroups/${group}/providers/Microsoft.Compute/disks/${name}`;
const tagsOf = async (group: string) =>
  (
    (await world.resources()).find(({ name }) => name === group) as unknown as
      | { tags: Record<string, string> }
      | undefined
  )?.tags;
const retag = (path: string, operation: string, tags: Record<string, string>) =>
  arm(world, 'PATCH', `${path}/providers/Microsoft.Resources/tags/default`, { operation, properties: { tags } });

describe('what is not ours', { timeout: 240_000 }, () => {
  it('stays with its group; ours go one by one, and everything says so', async () => {
    const { deploymentId, group } = await live('shared', { languages: ['original', 'french'] });
    expect(await arm(world, 'PUT', disk(group, 'ledger'), accounting, DISK)).toBeLessThan(300);
    const preview = await world.call('POST', '/api/teardown', { event: 'shared' });
    expect(preview.body.wouldStay).toEqual([
      expect.objectContaining({ name: 'ledger', type: 'Microsoft.Compute/disks', why: expect.any(String) }),
    ]);
    const { body } = await teardown(world, 'shared');
    expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    expect((await inGroup(group)).map(({ name }) => name)).toEqual(['ledger']);
    expect(secretNames(world, deploymentId)).toEqual([]);
    const { body: certificate } = await world.call<Record<string, { name: string }[]>>(
      'GET',
      '/api/events/shared/certificate',
    );
    expect(certificate).toMatchObject({ outcome: 'gone', left: [{ name: 'ledger' }] });
    expect(certificate.resources?.some(({ name }) => name === 'ledger')).toBe(false);
    expect((await world.call('GET', '/api/status/shared')).body).toMatchObject({ left: [{ name: 'ledger' }] });
    expect((await journal(world, 'shared')).some((line) => line.includes('ledger'))).toBe(true);
    // No janitor, ours or another, takes the group for one to be cleared away; its name is not needed again.
    const tags = Object.keys((await tagsOf(group)) ?? {});
    for (const gone of ['managed-by', 'auto_cleanup', 'expires', 'DeleteAfter', 'ttl'])
      expect(tags).not.toContain(gone);
    await world.pass(3 * 3600);
    expect((await inGroup(group)).map(({ name }) => name)).toEqual(['ledger']);
    await live('shared');
    await settled(world, String((await teardown(world, 'shared')).body.operationId));
  });

  it('a tag whose name a policy writes in another case is the same tag', async () => {
    const { deploymentId, group } = await live('cased');
    const path = `resourceGroups/${group}`;
    await retag(path, 'Delete', { deployment: deploymentId });
    await retag(path, 'Merge', { Deployment: deploymentId });
    const { body } = await teardown(world, 'cased');
    expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    expect(await tagsOf(group)).toBeUndefined();
  });

  it('a machine that was given to another deployment is not removed with its language', async () => {
    const { group } = await live('given', { languages: ['original', 'french'] });
    const machine = `resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/mixer-french-given`;
    await retag(machine, 'Merge', { deployment: 'other-mabc1234-a1b2c3d4' });
    const { body } = await world.call('POST', '/api/events/given/languages', { remove: ['french'] });
    expect(await settled(world, String(body.operationId))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('mixer-french-given'),
    });
    const standing = (await inGroup(group)).map(({ name }) => name);
    expect(standing).toEqual(expect.arrayContaining(['mixer-french-given', 'nic-french-given', 'pip-french-given']));
  });

  it.each([
    ['a network interface', 'nics', (event: string) => `networkInterfaces/nic-french-${event}`],
    // Azure would delete it with the interface, and that with the machine.
    ['an address', 'addresses', (event: string) => `publicIPAddresses/pip-french-${event}`],
  ])('%s that was given away keeps its machine, and nothing else that can go', async (_, event, nameOf) => {
    const { deploymentId, group } = await live(event, { languages: ['original', 'french'] });
    const path = `resourceGroups/${group}/providers/Microsoft.Network/${nameOf(event)}`;
    await retag(path, 'Merge', { deployment: 'other-mabc1234-a1b2c3d4' });
    const { body } = await teardown(world, event);
    await world.pass(1800);
    const names = (await inGroup(group)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([`mixer-french-${event}`, `nic-french-${event}`]));
    expect(names.filter((name) => /original|relay|slides/.test(name))).toEqual([]);
    expect(await settled(world, String(body.operationId))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('Azure would delete'),
    });
    await retag(path, 'Merge', { deployment: deploymentId });
    await settled(world, String((await teardown(world, event)).body.operationId));
    await world.until(event, ['gone', 'failed'], 3600);
    expect(await inGroup(group)).toEqual([]);
  });

  it('a held event outlives its time, says so, and ends when nothing holds it', async () => {
    const { group } = await live('kept', { ttl: '1h' });
    await retag(`resourceGroups/${group}`, 'Merge', { Hold: 'Yes' });
    await world.pass(2 * 3600);
    const { body } = await world.call('GET', '/api/status/kept');
    expect(body).toMatchObject({ state: 'live', held: 'Yes' });
    const lines = await journal(world, 'kept');
    expect(lines.filter((line) => line.startsWith('expiring') && line.includes('hold=Yes'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('held'))).toHaveLength(1);
    await retag(`resourceGroups/${group}`, 'Merge', { Hold: 'no' });
    await world.until('kept', ['gone'], 3600, 30);
    expect(await tagsOf(group)).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'streaming-safe-1'],
    ['a list', []],
    ['no deployment', { resourceGroup: 'payroll' }],
    ['an empty deployment', { deploymentId: '', event: 'payroll', resourceGroup: 'payroll' }],
    ['a group of nobody', { deploymentId: 'payroll-mabc1234-a1b2c3d4', event: 'payroll', resourceGroup: 'payroll' }],
    ['a wildcard', { deploymentId: 'payroll-*', event: 'payroll', resourceGroup: 'streaming-payroll-1' }],
  ])('a removal that is started with %s fails and touches nothing', async (what, given) => {
    await arm(world, 'PUT', 'resourcegroups/payroll', { location, tags: { owner: 'accounting' } });
    const installation = {
      subscriptionId: DEFAULT_SUBSCRIPTION,
      keyVaultUrl: 'https://control.vault.azure.net',
      mixerVaultUrl: 'https://mixers.vault.azure.net',
      timeScale: 1,
    };
    const rest = { parent: '', n: 0, languages: [], secrets: true, installation, pollSeconds: 10 };
    const input = typeof given === 'object' && !Array.isArray(given) ? { ...rest, ...given } : given;
    const id = `forged-${what.replaceAll(' ', '-')}`;
    const started = await world.call('POST', `/durabletask/orchestrators/remove/${id}`, input);
    expect(started.status, started.text).toBe(202);
    await world.pass(600);
    expect((await world.instance(id)).runtimeStatus).toBe('Failed');
    expect(await tagsOf('payroll')).toEqual({ owner: 'accounting' });
  });
});
