/** What an installation may be besides the usual: the simulated subscription takes it, and the app gets what it needs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backendOf, hostJson } from '../../scripts/package/host-json.ts';
import { reason } from '../bicep/compiler.ts';
import { APP_DIR } from '../system/world.ts';
import { withoutAz } from './install.ts';
import { installedResources } from './installed.ts';
import { compile } from './template.ts';

const install = async (parameters: Record<string, unknown>) => {
  const compiled = compile('test');
  for (const [name, value] of Object.entries(parameters)) compiled.parameters[name] = { value };
  return installedResources(await withoutAz(compiled, () => {}));
};

describe.skipIf(reason)(`variants of the installation${reason ? ` (${reason})` : ''}`, { timeout: 240_000 }, () => {
  test.each([
    ['SchedulerConsumption', { name: 'Consumption' }],
    ['SchedulerDedicated', { name: 'Dedicated', capacity: 2 }],
  ])('durable work in a scheduler: %s', async (durableBackend, sku) => {
    const found = await install({ durableBackend, schedulerCapacity: 2 });
    const [scheduler] = found.of('Microsoft.DurableTask/schedulers');
    expect(scheduler?.properties).toMatchObject({ sku, ipAllowlist: ['0.0.0.0/0'] });
    const [hub] = found.of('Microsoft.DurableTask/schedulers/taskHubs');
    const settings = await found.settings();
    expect(settings.TASKHUB_NAME).toBe(hub?.name);
    expect(settings.DURABLE_TASK_SCHEDULER_CONNECTION_STRING).toBe(
      `Endpoint=${scheduler?.properties.endpoint};Authentication=ManagedIdentity;ClientID=${settings.AZURE_CLIENT_ID}`,
    );
    const roles = found.of('Microsoft.Authorization/roleAssignments').map(({ id, properties }) => [id, properties]);
    expect(JSON.stringify(roles.filter(([id]) => String(id).includes('/schedulers/')))).toContain(
      '0ad04412-c4d5-4796-b79c-f76d14c8d402',
    );
  });

  test('a network of its own: storage and control vault are closed; what events reach, the mixers’ vault and the users, is not', async () => {
    const found = await install({ privateNetwork: true });
    const [site] = found.of('Microsoft.Web/sites');
    expect(String(site?.properties.virtualNetworkSubnetId)).toMatch(/\/subnets\/app$/);
    const access = [...found.of('Microsoft.Storage/storageAccounts'), ...found.of('Microsoft.KeyVault/vaults')].map(
      ({ name, properties }) => [name.replace(/-?[a-z0-9]{13}$/, ''), properties.publicNetworkAccess],
    );
    expect(access.sort()).toEqual([
      ['kv-control', 'Disabled'],
      ['kv-mixers', 'Enabled'],
      ['st', 'Disabled'],
      ['us', 'Enabled'],
    ]);
    expect(
      found
        .of('Microsoft.Network/privateEndpoints')
        .map(({ name }) => name.replace(/[a-z0-9]{13}-/, ''))
        .sort(),
    ).toEqual(['pe-kv-control-vault', 'pe-kv-mixers-vault', 'pe-stblob', 'pe-stqueue', 'pe-sttable']);
    expect(found.of('Microsoft.Network/privateDnsZones')).toHaveLength(4);
  });

  test('by default there is neither', async () => {
    const found = await install({});
    expect(found.of('Microsoft.DurableTask/schedulers')).toEqual([]);
    expect(found.of('Microsoft.Network/privateEndpoints')).toEqual([]);
    expect((await found.settings()).TASKHUB_NAME).toBeUndefined();
  });
});

describe('host.json of a package', () => {
  const own = readFileSync(join(APP_DIR, 'host.json'), 'utf8');

  test('is that of the repository for queues and tables', () => {
    expect(hostJson(own, backendOf(undefined))).toBe(own);
    expect(hostJson(own, backendOf(''))).toBe(own);
  });

  test('names the scheduler’s settings, as the guide has it, and keeps the rest', () => {
    const made = JSON.parse(hostJson(own, backendOf('SchedulerDedicated'))) as typeof given;
    const given = JSON.parse(own) as { extensions: { durableTask: Record<string, unknown> } };
    const guide = readFileSync(join(APP_DIR, 'docs/operate/install.md'), 'utf8');
    const [, shown = ''] = /### Durable Task Scheduler[\s\S]*?```json\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(made.extensions.durableTask).toMatchObject((JSON.parse(shown) as typeof given).extensions.durableTask);
    expect({ ...made.extensions.durableTask, hubName: '', storageProvider: '' }).toEqual({
      ...given.extensions.durableTask,
      hubName: '',
      storageProvider: '',
    });
  });

  test('a word that is no backend stops the packaging', () => {
    expect(() => backendOf('Netherite')).toThrow(/SchedulerConsumption/);
  });
});
