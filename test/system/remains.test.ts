import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, verifyCertificate } from '../../domain/certificate.ts';
import { arm, deploy, journal, leftovers, settled, teardown } from './look.ts';
import { World } from './world.ts';

const LOCKS = '2020-05-01';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'remains' });
});
afterAll(() => world.stop());

const status = async (event: string) => (await world.call('GET', `/api/status/${event}`)).body;

describe('what keeps an event from being gone', { timeout: 60_000 }, () => {
  it('a lock is named; when somebody takes it away the removal ends by itself, with a certificate that holds', async () => {
    await deploy(world, 'locked');
    const { resourceGroup } = await world.until('locked', ['live']);
    const lock = `resourceGroups/${resourceGroup}/providers/Microsoft.Authorization/locks/keep`;
    expect(await arm(world, 'PUT', lock, { properties: { level: 'CanNotDelete' } }, LOCKS)).toBe(201);
    const { body } = await teardown(world, 'locked');
    const operation = String(body.operationId);
    expect(await settled(world, operation)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('ScopeLocked'),
    });
    await world.until('locked', ['failed', 'tearing-down'], 600);
    expect((await journal(world, 'locked')).some((line) => line.includes('ScopeLocked'))).toBe(true);
    expect((await world.call('GET', '/api/events/locked/certificate')).status).not.toBe(200);

    expect(await arm(world, 'DELETE', lock, undefined, LOCKS)).toBe(200);
    await world.until('locked', ['gone'], 3 * 3600, 30);
    expect(await settled(world, operation)).toMatchObject({ outcome: 'done' });
    const { body: certificate } = await world.call('GET', '/api/events/locked/certificate');
    expect(certificate).toMatchObject({ outcome: 'gone', verification: { resourcesLeft: 0, secretsLeft: 0 } });
    expect(verifyCertificate(certificate as unknown as Certificate)).toBe(true);
    expect(verifyCertificate({ ...(certificate as unknown as Certificate), reason: 'another' })).toBe(false);
    expect(await leftovers(world)).toEqual([]);
  });

  it('a group that comes back after the end, with something in it, is found, named and removed', async () => {
    const id = await deploy(world, 'comes-back', { ttl: '30m' });
    const { resourceGroup } = await world.until('comes-back', ['live']);
    const group = (await world.resources()).find(({ name }) => name === resourceGroup) as unknown as {
      location: string;
      tags: Record<string, string>;
    };
    expect(group.tags.deployment).toBe(id);
    await teardown(world, 'comes-back');
    await world.until('comes-back', ['gone']);
    expect(await leftovers(world)).toEqual([]);

    const { location, tags } = group;
    expect(await arm(world, 'PUT', `resourcegroups/${resourceGroup}`, { location, tags })).toBe(201);
    const disk = `resourceGroups/${resourceGroup}/providers/Microsoft.Compute/disks/left`;
    const properties = { creationData: { createOption: 'Empty' }, diskSizeGB: 128 };
    expect(
      await arm(world, 'PUT', disk, { location, properties, tags: { deployment: id } }, '2024-03-02'),
    ).toBeLessThan(300);
    await world.pass(2 * 3600);
    expect(await leftovers(world)).toEqual([]);
    expect(world.log.some((line) => /reap/i.test(line) && line.includes(String(resourceGroup)))).toBe(true);
    expect(await status('comes-back')).toMatchObject({ state: 'gone' });
  });
});
