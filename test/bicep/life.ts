/** A control plane in the simulator with no rights but those of bicep/actions.json, and a record of what it sends. */
import type { Access, Provider } from '../../local/azure/core/provider.ts';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { World } from '../system/world.ts';
import type { Actions, Scope } from './used.ts';

const OID = '55555555-5555-5555-5555-555555555555';
const TOKEN = `Bearer x.${Buffer.from(JSON.stringify({ appid: OID, oid: OID })).toString('base64url')}.x`;
const SUBSCRIPTION = `/subscriptions/${DEFAULT_SUBSCRIPTION}`;
const AUTHORIZATION = 'providers/Microsoft.Authorization';
const INSTALLED = `${SUBSCRIPTION}/resourceGroups/stream-control/providers`;
/** Where each of the four roles is assigned, as bicep/main.bicep does. */
const SCOPES: Record<Scope, string[]> = {
  subscription: [SUBSCRIPTION],
  identities: ['mixer', 'relay'].map((name) => `${INSTALLED}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`),
  gallery: [`${INSTALLED}/Microsoft.Compute/galleries/streamcontrol`],
  workspace: [`${INSTALLED}/Microsoft.OperationalInsights/workspaces/streamcontrol`],
};

/** One request of the control plane to ARM. */
export interface Sent {
  action: string;
  type: string;
  method: string;
  path: string;
  apiVersion: string;
  body: unknown;
}

/** Built-in roles on the vaults: the control plane's on both, the mixers' on theirs. */
const OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const USER = '4633458b-17de-408a-b874-0445c86b69e6';
const vault = (name: string) => `${INSTALLED}/Microsoft.KeyVault/vaults/${name}`;

const guid = (number: number) => `66666666-6666-4666-8666-${String(number).padStart(12, '0')}`;

async function grant(world: World, actions: Actions): Promise<void> {
  let count = 0;
  const put = async (path: string, properties: object) => {
    const { status, body } = await world.clock.track(
      world.simulator.handle({
        method: 'PUT',
        url: new URL(`${path}/${guid(++count)}?api-version=2022-04-01`, 'https://management.azure.com'),
        headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
        body: JSON.stringify({ properties }),
      }),
    );
    if (status !== 201) throw new Error(`PUT ${path}: ${status} ${JSON.stringify(body)}`);
    return `${path}/${guid(count)}`;
  };
  const assign = (at: string, role: string, principalId: string) =>
    put(`${at}/${AUTHORIZATION}/roleAssignments`, {
      roleDefinitionId: role.includes('/') ? role : `${SUBSCRIPTION}/${AUTHORIZATION}/roleDefinitions/${role}`,
      principalId,
      principalType: 'ServicePrincipal',
    });
  for (const scope of Object.keys(SCOPES) as Scope[]) {
    const roleDefinitionId = await put(`${SUBSCRIPTION}/${AUTHORIZATION}/roleDefinitions`, {
      roleName: scope,
      permissions: [{ actions: actions[scope], notActions: [] }],
      assignableScopes: [SUBSCRIPTION],
    });
    for (const at of SCOPES[scope]) await assign(at, roleDefinitionId, OID);
  }
  const mixers = world.simulator.kernel.resources.get(SCOPES.identities[0])?.properties.principalId;
  for (const name of ['control', 'mixers']) await assign(vault(name), OFFICER, OID);
  await assign(vault('mixers'), USER, String(mixers));
  await world.sim('PUT', '/_sim/settings', { rbac: true, roleDelaySeconds: 0 });
}

/** A world whose control plane may do `actions` and nothing else. */
export async function installed(actions: Actions, seed = 'roles'): Promise<{ world: World; sent: Sent[] }> {
  const world = await World.create({ seed });
  const sent: Sent[] = [];
  const { kernel, httpClient } = world.simulator;
  const send = httpClient.sendRequest.bind(httpClient);
  httpClient.sendRequest = (request) => {
    request.headers.set('authorization', TOKEN);
    return send(request);
  };
  const guards = (kernel.catalog.providers as Provider[]).find(({ guards }) => guards)?.guards as
    | ((sim: unknown, access: Access) => void)[]
    | undefined;
  guards?.push((_sim, { action, type, method, request, body }) => {
    if (request.headers.authorization === TOKEN)
      sent.push({
        action,
        type,
        method,
        path: request.url.pathname,
        apiVersion: request.url.searchParams.get('api-version') ?? '',
        body: structuredClone(body),
      });
  });
  await grant(world, actions);
  return { world, sent };
}
