import { afterEach, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

const noImage = {
  match: { type: 'Microsoft.Compute/galleries/images/versions', operation: 'read' },
  outcome: { kind: 'error', status: 404, code: 'ResourceNotFound', message: 'gone' },
};

test('?wait=preflight tells at once what cannot work, and nothing is left', async () => {
  world = await World.create({ seed: 'refusals', faults: [noImage] });
  const answer = await world.call('POST', '/api/deploy?wait=preflight', { event: 'demo', languages: ['original'] });
  expect(answer.status, answer.text).toBe(422);
  expect(answer.body.detail).toContain('mixer image');
  expect(await world.resources()).toEqual([]);
  const plan = await world.call<{ checks: { name: string; outcome: string }[] }>('POST', '/api/plan', {
    event: 'next',
  });
  expect(plan.body.checks).toContainEqual(expect.objectContaining({ name: 'mixer image', outcome: 'fail' }));
});

test('a budget refuses what would cost more, and ends what has cost more', async () => {
  world = await World.create({ seed: 'budget' });
  const request = { event: 'demo', languages: ['original'], ttl: '6h' };
  const refused = await world.call('POST', '/api/deploy', { ...request, budget: { amount: 1, action: 'refuse' } });
  expect(refused.status).toBe(422);
  const accepted = await world.call('POST', '/api/deploy', { ...request, budget: { amount: 0.05, action: 'end' } });
  expect(accepted.status, accepted.text).toBe(202);
  await world.until('demo', ['live']);
  await world.until('demo', ['gone'], 3 * 3600);
  expect((await world.call('GET', '/api/events/demo/certificate')).body.reason).toContain('budget');
});
