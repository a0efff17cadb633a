/** An event whose languages need no machine: from one request to nothing left, through what befalls light mixers. */
import { afterEach, describe, expect, it } from 'vitest';
import { deploy, journal, leftovers, outcomeOf, secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const LANGUAGES = ['original', 'spanish', 'french'];
const request = (more: object = {}) => ({
  template: 'interpreted',
  languages: LANGUAGES,
  youtubeKeys: { original: 'aaaa-1111', spanish: 'bbbb-2222', french: 'cccc-3333' },
  ...more,
});
const mixersOf = async (event = 'demo') => {
  const { body } = await world.call<{ mixers: ({ language: string } & Record<string, unknown>)[] }>(
    'GET',
    `/api/events/${event}/metrics`,
  );
  return Object.fromEntries(body.mixers.map((mixer) => [mixer.language, mixer]));
};
const statusOf = async (event = 'demo') => (await world.call('GET', `/api/status/${event}`)).body;

it('lives from one request to nothing left', { timeout: 240_000 }, async () => {
  world = await World.create({ seed: 'interpreted' });
  const began = world.clock.now();
  const id = await deploy(world, 'demo', request({ audio: { french: 2 } }));
  const live = await world.until('demo', ['live', 'failed']);
  if (live.state !== 'live') console.log((await journal(world, 'demo')).join('\n'));
  expect(live).toMatchObject({ state: 'live', languages: LANGUAGES });
  console.log('ready', (Date.parse(String(live.readyAt)) - began) / 1000);
  console.log(JSON.stringify(await mixersOf()));
  console.log(await journal(world, 'demo'));
  await teardown(world, 'demo');
  await world.until('demo', ['gone']);
  expect(await leftovers(world)).toEqual([]);
});
