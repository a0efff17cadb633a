import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instanceId } from '../../domain/names.ts';
import { deploy, teardown } from './look.ts';
import { World } from './world.ts';

const DAY = 86_400;

let world: World;
beforeAll(async () => {
  // Three months of the other timers' looks at nothing would take their time.
  const disabled = ['sweep', 'reaper', 'scheduler'].map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']);
  world = await World.create({ seed: 'retention', settings: Object.fromEntries(disabled) });
});
afterAll(() => world.stop());

const past = async () =>
  (
    await world.call<{ events: { event: string; deploymentId: string; state: string }[] }>(
      'GET',
      '/api/events?past=true',
    )
  ).body.events;
const known = async (id: string) => (await world.call('GET', `/durabletask/instances/${id}`)).status;
const certificate = async (event: string) => (await world.call('GET', `/api/events/${event}/certificate`)).status;
async function over(event: string): Promise<string> {
  const id = await deploy(world, event);
  await world.until(event, ['live'], 3600, 30);
  await teardown(world, event);
  await world.until(event, ['gone'], 3600, 30);
  return id;
}

describe('retention', { timeout: 240_000 }, () => {
  it('keeps histories 90 days, and the line in the list of past events for longer', async () => {
    const old = await over('old');
    await world.pass(60 * DAY);
    const young = await over('young');
    await world.pass(29 * DAY);
    expect(await certificate('old')).toBe(200);
    expect(await known(instanceId.lifecycle('old'))).toBe(200);

    await world.pass(3 * DAY);
    expect(await known(instanceId.lifecycle('old'))).toBe(404);
    expect(await certificate('old')).toBe(404);
    expect(await certificate('young')).toBe(200);
    expect(await past()).toMatchObject([
      { event: 'young', deploymentId: young, state: 'gone' },
      { event: 'old', deploymentId: old, state: 'gone' },
    ]);
    // The name is free, and what is deployed under it now is its own.
    await over('old');
    expect(await certificate('old')).toBe(200);
    expect(await past()).toHaveLength(3);
  });
});
