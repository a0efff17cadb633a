/** `doctor --install`: what would stop an installation is said before anything is made, and nothing is made by looking. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupOf, namesOf } from '../../cli/install/names.ts';
import { uniqueString } from '../../cli/install/unique-string.ts';
import { uniqueString as simulated } from '../../local/azure/deployments/unique-string.ts';
import { createSimulator, DEFAULT_SUBSCRIPTION, type Simulator } from '../../local/azure/simulator.ts';
import { VirtualClock } from '../../local/clock.ts';
import { compiler } from '../../scripts/bicep.ts';
import { reason } from '../bicep/compiler.ts';
import { withoutAz } from '../rehearsal/install.ts';
import { compile } from '../rehearsal/template.ts';
import { cli } from './server/cli.ts';

const SUBSCRIPTION = `/subscriptions/${DEFAULT_SUBSCRIPTION}`;
const OID = '55555555-5555-4555-8555-555555555555';
const TOKEN = `x.${Buffer.from(JSON.stringify({ appid: OID, oid: OID })).toString('base64url')}.x`;
const PLANNED = { subscription: DEFAULT_SUBSCRIPTION, environment: 'production', location: 'westeurope' };
const [SITE, STORAGE, , CONTROL] = namesOf(PLANNED);

interface Check {
  name: string;
  outcome: string;
  detail: string;
  advice?: string;
}
let simulator: Simulator;
let clock: VirtualClock;
let url: string;
const owner = async (method: string, path: string, body?: object): Promise<void> => {
  const { status, body: said } = await simulator.handle({
    method,
    url: new URL(path, 'https://management.azure.com'),
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(said)}`);
};
const assign = (number: number, role: string) =>
  owner(
    'PUT',
    `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-00000000000${number}?api-version=2022-04-01`,
    {
      properties: {
        roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId: OID,
        principalType: 'ServicePrincipal',
      },
    },
  );
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const ACCESS = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';

beforeEach(async () => {
  clock = new VirtualClock(Date.UTC(2026, 10, 21));
  simulator = createSimulator({ clock, seed: 5 });
  ({ url } = await simulator.listen(0));
  await owner('PUT', '/_sim/settings', { rbac: true, roleDelaySeconds: 0 });
  await assign(1, CONTRIBUTOR);
  await assign(2, ACCESS);
});
afterEach(() => simulator.stop());

async function look(...more: string[]): Promise<{ code: number | null; checks: Check[] }> {
  const words = ['doctor', '--install', '--arm', url, '--token', TOKEN, '--subscription', DEFAULT_SUBSCRIPTION];
  const { code, out, err } = await cli([...words, '-o', 'json', ...more]);
  expect(err).toBe('');
  return { code, checks: JSON.parse(out) as Check[] };
}
const failing = async (...more: string[]) => {
  const { code, checks } = await look(...more);
  expect(code).toBe(1);
  return checks.filter(({ outcome }) => outcome === 'fail');
};
const put = (group: string, path: string, version: string, body: object) =>
  owner('PUT', `${group}/providers/${path}?api-version=${version}`, { location: 'westeurope', ...body });
const ACCOUNT = { sku: { name: 'Standard_LRS' }, kind: 'StorageV2', properties: {} };
const elsewhere = async (): Promise<string> => {
  await owner('PUT', `${SUBSCRIPTION}/resourceGroups/other?api-version=2024-11-01`, { location: 'westeurope' });
  return `${SUBSCRIPTION}/resourceGroups/other`;
};

it('an empty subscription takes an installation, and is as empty after the look', async () => {
  const before = [...simulator.kernel.resources.all()].length;
  const { code, checks } = await look();
  expect(checks.map(({ name, outcome }) => [name, outcome])).toEqual([
    ...['subscription', 'rights', 'region', 'providers', 'names'].map((name) => [name, 'pass']),
    ['quota', 'pass'],
    ['quota', 'pass'],
  ]);
  expect(code).toBe(0);
  expect([...simulator.kernel.resources.all()].length).toBe(before);
});

it('a missing right is named, with the roles that give it', async () => {
  await owner(
    'DELETE',
    `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-000000000002?api-version=2022-04-01`,
  );
  expect(await failing()).toEqual([
    expect.objectContaining({
      name: 'rights',
      detail:
        'you may not Microsoft.Authorization/roleAssignments/write, Microsoft.Authorization/roleDefinitions/write',
      advice: expect.stringContaining('Contributor and User Access Administrator'),
    }),
  ]);
});

it('a region without Flex Consumption is refused, and others are named', async () => {
  await owner('PUT', '/_sim/limits', { withoutFlex: ['westeurope'] });
  const [found] = await failing('--location', 'westeurope');
  expect(found).toMatchObject({ name: 'region', detail: 'westeurope does not offer Flex Consumption' });
  expect(found?.advice).toContain('northeurope');
});

it('a name that somebody else has is refused; the installation’s own is no obstacle', async () => {
  await put(await elsewhere(), `${STORAGE?.type}/${STORAGE?.name}`, '2024-01-01', ACCOUNT);
  expect(await failing()).toEqual([
    expect.objectContaining({ name: 'names', detail: expect.stringContaining(`${STORAGE?.name} `) }),
  ]);
  const { checks } = await look('--environment', 'another');
  expect(checks.find(({ name }) => name === 'names')?.outcome).toBe('pass');
  const own = groupOf({ ...PLANNED, environment: 'ours' });
  await owner('PUT', `${own}?api-version=2024-11-01`, { location: 'westeurope' });
  const [, storage] = namesOf({ ...PLANNED, environment: 'ours' });
  await put(own, `${storage?.type}/${storage?.name}`, '2024-01-01', ACCOUNT);
  expect((await look('--environment', 'ours')).code).toBe(0);
});

it.each([
  [false, 'az keyvault purge'],
  [true, 'it cannot be purged before 20'],
])(
  'a vault in soft delete (purge protection %s) is refused, with what can be done',
  async (enablePurgeProtection, advice) => {
    const group = await elsewhere();
    const vault = `${CONTROL?.type}/${CONTROL?.name}`;
    await put(group, vault, '2024-11-01', {
      properties: { sku: { family: 'A', name: 'standard' }, enablePurgeProtection },
    });
    await owner('DELETE', `${group}/providers/${vault}?api-version=2024-11-01`);
    const [found] = await failing();
    expect(found).toMatchObject({ name: 'names', detail: `vault ${CONTROL?.name} stands in soft delete` });
    expect(found?.advice).toContain(`az keyvault recover --name ${CONTROL?.name}`);
    expect(found?.advice).toContain(advice);
  },
);

it('a quota of zero is refused, one that is nearly used up is a warning', async () => {
  await owner('PUT', '/_sim/limits', { compute: { '*/cores': 0 } });
  expect(await failing()).toEqual([
    expect.objectContaining({ name: 'quota', detail: 'the subscription may have no cores in westeurope: quota 0' }),
  ]);
  await owner('PUT', '/_sim/limits', { compute: { '*/cores': 3 } });
  const { code, checks } = await look();
  expect(code).toBe(0);
  expect(checks.find(({ outcome }) => outcome === 'warn')).toMatchObject({
    name: 'quota',
    detail: '3 of 3 cores are free in westeurope',
  });
});

it('a subscription that is not there skips the rest; none at all is wrong usage', async () => {
  const { code, checks } = await look('--subscription', '00000000-0000-0000-0000-00000000000f').catch(() => ({
    code: 1,
    checks: [],
  }));
  expect(code).toBe(1);
  expect(checks.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
  expect(await cli(['doctor', '--install'])).toMatchObject({ code: 2, err: expect.stringContaining('--subscription') });
});

describe.skipIf(reason)('names', { timeout: 240_000 }, () => {
  it('are those that the compiler’s own uniqueString makes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unique-'));
    try {
      const words = [
        ['a'],
        [''],
        ['abcdefgh', 'ijk'],
        ['ü', '日本'],
        [SUBSCRIPTION, 'production', 'westeurope'],
        ['abcdefg'],
        ['abc-defgh-'],
      ];
      const quoted = words.map((each) => each.map((word) => `'${word}'`).join(', '));
      writeFileSync(join(folder, 'main.bicep'), words.map((_, at) => `param p${at} string`).join('\n'));
      writeFileSync(
        join(folder, 'main.bicepparam'),
        ["using 'main.bicep'", ...quoted.map((each, at) => `param p${at} = uniqueString(${each})`)].join('\n'),
      );
      const out = execFileSync(compiler(), ['build-params', join(folder, 'main.bicepparam'), '--stdout'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const { parameters } = JSON.parse((JSON.parse(out) as { parametersJson: string }).parametersJson) as {
        parameters: Record<string, { value: string }>;
      };
      for (const [at, each] of words.entries()) {
        expect(uniqueString(...each)).toBe(parameters[`p${at}`]?.value);
        expect(simulated(...each)).toBe(parameters[`p${at}`]?.value);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are those that the template gives', async () => {
    const { outputs, snapshot } = await withoutAz(compile('production'), () => {});
    expect(outputs.FUNCTION_APP_NAME?.value).toBe(SITE?.name);
    const ids = (snapshot.state.resources ?? []).map(([id]) => id);
    for (const { type, name } of namesOf(PLANNED))
      expect(ids).toContain(`${groupOf(PLANNED)}/providers/${type}/${name}`.toLowerCase());
  });
});
