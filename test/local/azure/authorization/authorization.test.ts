import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import { call, errorOf, fakeTime, pass, S, simulator } from '../support.ts';

let sim: Simulator;
beforeEach(async () => {
  fakeTime();
  sim = simulator();
  await call(sim, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
});
afterEach(async () => {
  await sim.stop();
  vi.useRealTimers();
});

const RG = `${S}/resourceGroups/rg`;
const NSG = `${RG}/providers/Microsoft.Network/networkSecurityGroups/nsg`;
const LOCK = 'providers/Microsoft.Authorization/locks/l?api-version=2016-09-01';
const putNsg = (headers: Record<string, string> = {}, body: object = {}) =>
  call(sim, 'PUT', `${NSG}?api-version=2026-01-01`, { location: 'eastus', ...body }, headers);
const token = (oid: string) => ({
  authorization: `Bearer x.${Buffer.from(JSON.stringify({ appid: oid, oid })).toString('base64url')}.x`,
});
const OID = '55555555-5555-5555-5555-555555555555';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const NETWORK = '4d97b98b-1d4f-4787-a291-c67834d212e7';
const assign = (scope: string, role: string, name: string, more: object = {}) =>
  call(sim, 'PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`, {
    properties: {
      roleDefinitionId: `${S}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      principalId: OID,
      principalType: 'ServicePrincipal',
      ...more,
    },
  });
const NAME = '00000000-0000-0000-0000-00000000000a';

describe('locks', () => {
  test('CanNotDelete on a resource stops its delete and the group’s, not a write; a doubled slash is one', async () => {
    await putNsg();
    const path = NSG.replace('Network/', 'Network//');
    const made = await call(sim, 'PUT', `${path}/${LOCK}`, { properties: { level: 'CanNotDelete', notes: 'n' } });
    expect([made.status, made.body.id]).toEqual([201, `${NSG}/providers/Microsoft.Authorization/locks/l`]);
    expect(made.body.properties).toEqual({ level: 'CanNotDelete', notes: 'n' });
    expect((await putNsg()).status).toBe(200);
    for (const target of [`${NSG}?api-version=2026-01-01`, `${RG}?api-version=2025-04-01`]) {
      const refused = await call(sim, 'DELETE', target);
      expect([refused.status, errorOf(refused).code]).toEqual([409, 'ScopeLocked']);
      expect(errorOf(refused).message).toContain(
        `following scope(s) are locked: '${NSG}'. Please remove the lock and try again.`,
      );
    }
    const list = await call(sim, 'GET', `${S}/providers/Microsoft.Authorization/locks?api-version=2016-09-01`);
    expect(list.body.value).toHaveLength(1);
    expect((await call(sim, 'DELETE', `${NSG}/${LOCK}`)).status).toBe(200);
    expect((await call(sim, 'DELETE', `${NSG}/${LOCK}`)).status).toBe(204);
    expect((await call(sim, 'DELETE', `${RG}?api-version=2025-04-01`)).status).toBe(202);
  });

  test('ReadOnly on a group stops writes below', async () => {
    await call(sim, 'PUT', `${RG}/${LOCK}`, { properties: { level: 'ReadOnly' } });
    const refused = await putNsg();
    expect(errorOf(refused).message).toContain('cannot perform write operation');
    expect(errorOf(await call(sim, 'PUT', `${RG}/${LOCK}`, { properties: { level: 'No' } })).code).toBe(
      'InvalidRequestContent',
    );
  });
});

describe('roles', () => {
  test('off by default, then AuthorizationFailed until a role at or above the scope grants it', async () => {
    expect((await putNsg(token(OID))).status).toBe(201);
    await call(sim, 'PUT', '/_sim/settings', { rbac: true });
    const refused = await putNsg(token(OID));
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'AuthorizationFailed']);
    expect(errorOf(refused).message).toContain(
      `object id '${OID}' does not have authorization to perform action 'Microsoft.Network/networkSecurityGroups/write' over scope '${NSG}'`,
    );
    await assign(S, READER, NAME);
    expect((await call(sim, 'GET', `${NSG}?api-version=2026-01-01`, undefined, token(OID))).status).toBe(200);
    expect((await putNsg(token(OID))).status).toBe(403);
    await assign(RG, NETWORK, '00000000-0000-0000-0000-00000000000b');
    expect((await putNsg(token(OID))).status).toBe(200);
  });

  test('new assignments count after the delay', async () => {
    await call(sim, 'PUT', '/_sim/settings', { rbac: true, roleDelaySeconds: 300 });
    await assign(RG, NETWORK, NAME);
    expect((await putNsg(token(OID))).status).toBe(403);
    await pass(301);
    expect((await putNsg(token(OID))).status).toBe(201);
  });

  test('what a body refers to needs join rights: LinkedAuthorizationFailed', async () => {
    await call(sim, 'PUT', `${S}/resourceGroups/net?api-version=2025-04-01`, { location: 'eastus' });
    const vnet = `${S}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v`;
    await call(sim, 'PUT', `${vnet}?api-version=2026-01-01`, {
      location: 'eastus',
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        subnets: [{ name: 's', properties: { addressPrefix: '10.0.0.0/24' } }],
      },
    });
    await pass(60);
    await call(sim, 'PUT', '/_sim/settings', { rbac: true });
    await assign(RG, NETWORK, NAME);
    const nic = {
      location: 'eastus',
      properties: { ipConfigurations: [{ name: 'i', properties: { subnet: { id: `${vnet}/subnets/s` } } }] },
    };
    const path = `${RG}/providers/Microsoft.Network/networkInterfaces/n?api-version=2026-01-01`;
    const refused = await call(sim, 'PUT', path, nic, token(OID));
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'LinkedAuthorizationFailed']);
    expect(errorOf(refused).message).toContain('subnets/join/action');
    await assign(`${vnet}/subnets/s`, NETWORK, '00000000-0000-0000-0000-00000000000b');
    expect((await call(sim, 'PUT', path, nic, token(OID))).status).toBe(201);
  });

  test('the same assignment under another name is 409, an unknown principal without type 400', async () => {
    expect((await assign(RG, READER, NAME)).status).toBe(201);
    expect((await assign(RG, READER, NAME)).status).toBe(201);
    const twin = await assign(RG, READER, '00000000-0000-0000-0000-00000000000b');
    expect([twin.status, errorOf(twin).code]).toEqual([409, 'RoleAssignmentExists']);
    const unknown = await assign(S, READER, NAME, { principalType: undefined });
    expect([unknown.status, errorOf(unknown).code]).toEqual([400, 'PrincipalNotFound']);
    const list = await call(
      sim,
      'GET',
      `${S}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=roleName eq 'Reader'`,
    );
    expect(list.body.value).toMatchObject([{ name: READER }]);
  });
});

test('a deny policy refuses with the policy’s ids', async () => {
  const definition = `${S}/providers/Microsoft.Authorization/policyDefinitions/tags`;
  await call(sim, 'PUT', `${definition}?api-version=2023-04-01`, {
    properties: {
      displayName: 'Require owner',
      policyRule: {
        if: {
          allOf: [
            { field: 'type', like: 'Microsoft.Network/*' },
            { field: "tags['owner']", exists: 'false' },
          ],
        },
        // biome-ignore lint/suspicious/noThenProperty: the policy language's own word
        then: { effect: 'deny' },
      },
    },
  });
  await call(sim, 'PUT', `${RG}/providers/Microsoft.Authorization/policyAssignments/a?api-version=2023-04-01`, {
    properties: { policyDefinitionId: definition },
  });
  const refused = await putNsg();
  expect([refused.status, errorOf(refused).code, errorOf(refused).target]).toEqual([
    403,
    'RequestDisallowedByPolicy',
    'nsg',
  ]);
  expect(errorOf(refused).additionalInfo).toMatchObject([
    { type: 'PolicyViolation', info: { policyDefinitionDisplayName: 'Require owner' } },
  ]);
  expect((await putNsg({}, { tags: { owner: 'me' } })).status).toBe(201);
});

test('permissions list what the caller’s roles give at a scope or above', async () => {
  const list = async (scope: string) => {
    const path = `${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
    const { body } = await call(sim, 'GET', path, undefined, token(OID));
    return (body.value as { actions: string[] }[]).map(({ actions }) => actions[0]);
  };
  expect(await list(S)).toEqual(['*']);
  await call(sim, 'PUT', '/_sim/settings', { rbac: true });
  await assign(S, READER, NAME);
  await assign(RG, NETWORK, '00000000-0000-0000-0000-00000000000b');
  expect(await list(S)).toEqual(['*/read']);
  expect(await list(NSG)).toEqual(['*/read', 'Microsoft.Authorization/*/read']);
});
