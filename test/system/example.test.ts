/** The example of docs and examples/: a template of the user's own, without slides, mixers and languages. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, journal, leftovers, settled, teardown } from './look.ts';
import { APP_DIR, World } from './world.ts';

const GROUPS = 'microsoft.containerinstance/containergroups';

let world: World;
beforeAll(async () => {
  world = await World.create({
    seed: 'example',
    settings: { TEMPLATES_DIR: join(APP_DIR, 'examples/templates') },
  });
  const answer = await world.call('POST', '/api/deploy', { event: 'two', template: 'two-relays' });
  expect(answer.status, answer.text).toBe(202);
  await world.until('two', ['live', 'failed']);
}, 240_000);
afterAll(() => world.stop());

const groups = async () =>
  (await world.resources())
    .filter(({ type }) => type.toLowerCase() === GROUPS)
    .map(({ name, location }) => `${name} ${location}`)
    .sort();
const scale = async (component: string, count: number) =>
  await world.call('POST', '/api/events/two/scale', { component, count });

describe('two relays in two regions', { timeout: 240_000 }, () => {
  it('are live where the template says, and nothing else is made', async () => {
    expect(await groups()).toEqual([
      'backup-two-northeurope northeurope',
      'main-two-westeurope westeurope',
      'tap-1-two-westeurope westeurope',
    ]);
    const made = (await world.resources()).filter(({ type }) => !/diagnosticSettings$/i.test(type));
    expect(made.length).toBe(4);
    const { body } = await world.call<{ languages: string[]; connection: Record<string, unknown> }>(
      'GET',
      '/api/status/two',
    );
    // Each at the prices of its own region: the estimate, and what has been spent.
    const plan = await world.call<{ cost: { perHour: number } }>('POST', '/api/plan', {
      event: 'plan',
      template: 'two-relays',
    });
    const { body: cost } = await world.call<{ perHour: number }>('GET', '/api/events/two/cost');
    expect(cost.perHour).toBeCloseTo(plan.body.cost.perHour, 6);
    expect(body.languages).toEqual([]);
    expect(body.connection).toMatchObject({
      srtUrl: expect.stringMatching(/^srt:\/\/two-main-\w+\.westeurope\.azurecontainer\.io:9998/),
      backupUrl: expect.stringMatching(/^srt:\/\/two-backup-\w+\.northeurope\.azurecontainer\.io:9998/),
      mixers: [],
    });
    const { body: secrets } = await world.call<{ backupUrl: string }>('GET', '/api/events/two/credentials');
    expect(secrets.backupUrl).toMatch(/&passphrase=\w{20,}$/);
  });

  it('refuse what they are not made for', async () => {
    const answers = [
      await world.call('POST', '/api/deploy', { event: 'x', template: 'two-relays', languages: ['french'] }),
      await world.call('POST', '/api/deploy', { event: 'x', template: 'two-relays', youtubeKeys: { french: 'key' } }),
      await world.call('POST', '/api/deploy', { event: 'x', template: 'two-relays', counts: { main: 2 } }),
      await scale('tap', -1),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    for (const [component, count] of [
      ['main', 2],
      ['tap', 1],
      ['nobody', 1],
    ] as const) {
      const { status, body } = await scale(component, count);
      expect(status).toBe(202);
      expect((await settled(world, String(body.operationId))).outcome).toBe('refused');
    }
  });

  it('are scaled up and down, the highest numbers going first', async () => {
    const up = await scale('tap', 3);
    expect(await settled(world, String(up.body.operationId))).toMatchObject({ outcome: 'done' });
    expect((await groups()).filter((name) => name.startsWith('tap'))).toHaveLength(3);
    const down = await scale('tap', 1);
    expect(await settled(world, String(down.body.operationId))).toMatchObject({ outcome: 'done' });
    expect((await groups()).filter((name) => name.startsWith('tap'))).toEqual(['tap-1-two-westeurope westeurope']);
  });

  it('are healed one by one', async () => {
    await world.sim('PUT', '/_sim/faults', [
      {
        match: { type: 'Microsoft.ContainerInstance/containerGroups', name: 'backup-two*' },
        times: 1,
        outcome: { kind: 'unhealthy' },
      },
    ]);
    await world.until('two', ['degraded', 'remediating'], 1200, 5);
    await world.until('two', ['live'], 2 * 3600);
    expect((await journal(world, 'two')).some((line) => line.startsWith('remedy backup: restart'))).toBe(true);
  });

  it('leave nothing', async () => {
    await teardown(world, 'two');
    await world.until('two', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});

it('an unknown template names those there are', async () => {
  await expect(deploy(world, 'y', { template: 'nope' })).rejects.toThrow(/multilingual, .*two-relays/);
});
