import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_TENANT } from '../../local/azure/simulator.ts';
import { World } from './world.ts';

const AUDIENCE = 'api://aaaaaaaa-0000-0000-0000-00000000000c';
const IDENTITY =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer';
let world: World;
beforeAll(async () => {
  world = await World.create({
    seed: 'entra',
    settings: { AUTH_MODE: 'entra', AUTH_TENANT_ID: DEFAULT_TENANT, CONTROL_PLANE_AUDIENCE: AUDIENCE },
  });
});
afterAll(() => world.stop());

/** A token as `az login --service-principal` gets it. */
async function tokenOf(client: string, resource = AUDIENCE): Promise<Record<string, string>> {
  const body = { grant_type: 'client_credentials', client_id: client, client_secret: 'x', resource };
  const answer = (await world.sim('POST', '/adfs/oauth2/token', body)) as { access_token: string };
  return { authorization: `Bearer ${answer.access_token}` };
}

test('with sign-in, an event comes and goes: people, and mixers by their managed identity', async () => {
  const mixer = String(world.simulator.kernel.resources.get(IDENTITY)?.properties.clientId);
  await world.sim('PUT', '/_sim/settings', { appRoles: { ann: ['operator'], [mixer]: ['agent'] } });
  const ann = await tokenOf('ann');
  const as = (headers: Record<string, string>) => world.call('GET', '/api/events', undefined, headers);
  expect((await as({})).status).toBe(401);
  expect((await as(await tokenOf('bob'))).status).toBe(403);
  expect((await as(await tokenOf('ann', 'api://other'))).status).toBe(401);
  expect((await as(ann)).status).toBe(200);
  const deployed = await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], ttl: '4h' }, ann);
  expect(deployed.status, deployed.text).toBe(202);
  const beat = { deploymentId: deployed.body.deploymentId, language: 'original' };
  // Ann may deploy, and is no mixer for that.
  expect((await world.call('POST', '/api/agents/heartbeat', beat, ann)).status).toBe(401);
  const state = async () => {
    await world.pass(600);
    return (await world.call('GET', '/api/status/demo', undefined, await tokenOf('ann'))).body.state;
  };
  expect(await state()).toBe('live');
  // The mixers' identity loses its role: tokens it gets from now on say nothing, and the mixer is not heard any more.
  await world.sim('PUT', '/_sim/settings', { appRoles: { ann: ['operator'] } });
  expect(await state()).not.toBe('live');
});
