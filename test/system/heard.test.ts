import { afterEach, expect, it } from 'vitest';
import { deploy, journal } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

it('a mixer that dies while a language is being added is seen, and remedied when the change is done', async () => {
  world = await World.create({ seed: 'heard' });
  await deploy(world, 'heard');
  await world.until('heard', ['live']);
  const plan = [
    {
      match: { type: 'Microsoft.Compute/virtualMachines', name: 'mixer-original-heard*' },
      times: 1,
      outcome: { kind: 'silent' },
    },
  ];
  const { status } = await world.call('POST', '/api/events/heard/languages', { add: ['french'] });
  expect(status).toBe(202);
  await world.until('heard', ['changing']);
  await world.sim('PUT', '/_sim/faults', plan);
  const done = await world.until('heard', ['degraded', 'remediating'], 3600, 2);
  expect(done.languages).toEqual(['original', 'french']);
  expect(done.health).toMatchObject({
    state: 'degraded',
    reasons: [expect.stringMatching(/^mixer-original: no heartbeat since/)],
  });
  const live = await world.until('heard', ['live'], 3600);
  expect(live.health).toMatchObject({ state: 'healthy' });
  const lines = await journal(world, 'heard');
  expect(lines.some((line) => line.startsWith('remedy mixer-original'))).toBe(true);
  // It became unwell while the event was changing: what is heard then is not lost.
  const unwell = lines.findIndex((line) => line.startsWith('unhealthy mixer-original'));
  expect(unwell).toBeGreaterThan(lines.findIndex((line) => line.startsWith('state changing')));
  expect(unwell).toBeLessThan(lines.findIndex((line) => line.includes('the change is done')));
}, 240_000);
