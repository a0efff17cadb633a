/** Small moving pictures: made while somebody looks and no longer, of everything in one stream, by who may show them only. */
import { afterEach, expect, test } from 'vitest';
import type { LivePicture } from '../../contract/api/pictures.ts';
import { frameSchema } from '../../contract/pictures.ts';
import { deploy } from '../system/look.ts';
import { World } from '../system/world.ts';
import { named, readStream } from './read-stream.ts';

let world: World;
afterEach(() => world.stop());

const PATH = '/api/live/pictures?event=demo';
/** Pictures that agents have sent since. */
function counted(): () => number {
  let count = 0;
  const ask = world.host.ask.bind(world.host);
  world.host.ask = (request) => {
    if (String(request.url).endsWith('/api/agents/picture')) count++;
    return ask(request);
  };
  return () => count;
}

test('one stream shows every mixer and relay, and moves; nobody sends any before it is looked at, nor after', async () => {
  world = await World.create({ seed: 'pictures' });
  const deploymentId = await deploy(world, 'demo', {
    languages: ['original', 'french'],
    youtubeKeys: { original: 'k-1', french: 'k-2' },
  });
  await world.until('demo', ['live']);
  const sentPictures = counted();
  await world.pass(60);
  expect(sentPictures()).toBe(0);
  const post = (body: object, token: string) =>
    world.call('POST', '/api/agents/picture', { deploymentId, ...body }, { authorization: `Bearer ${token}` });
  const sent = await readStream(world, PATH, (all) => {
    const shown = (named(all, 'picture') as LivePicture[]).map(({ component }) => component);
    return ['mixer-original', 'mixer-french'].every((one) => shown.filter((each) => each === one).length >= 4);
  });
  const pictures = named(sent, 'picture') as LivePicture[];
  expect(new Set(pictures.map(({ component }) => component))).toEqual(
    new Set(['relay', 'slides', 'mixer-original', 'mixer-french']),
  );
  for (const one of pictures) frameSchema.parse(one);
  const french = pictures.filter(({ component }) => component === 'mixer-french');
  expect(french.every(({ language }) => language === 'french')).toBe(true);
  expect(new Set(french.map(({ picture }) => picture)).size).toBe(french.length);
  const ages = french.slice(1).map(({ at }, nth) => Date.parse(at) - Date.parse(french[nth]?.at ?? ''));
  expect(Math.max(...ages)).toBeLessThanOrEqual(2_000);
  expect((await post({ language: 'french', type: 'image/png', picture: 'aaaa', peakDb: null }, 'guess')).status).toBe(
    401,
  );
  // Nobody looks any more: some answer says so soon, and nothing is sent from then on.
  await world.pass(30);
  const told = sentPictures();
  expect(told).toBeGreaterThan(0);
  await world.pass(120);
  expect(sentPictures()).toBe(told);
}, 120_000);

test('a relay shows its picture to who has its passphrase, and to nobody else', async () => {
  world = await World.create({ seed: 'relay-picture' });
  await deploy(world, 'demo', { languages: ['original'] });
  const { connection } = (await world.until('demo', ['live'])) as { connection: { components: { host: string }[] } };
  const host = connection.components[0]?.host;
  const seen = await world.clock.track(
    world.simulator.handle({ method: 'GET', url: new URL(`http://${host}:8080/preview.jpg`), headers: {} }),
  );
  expect(seen.status).toBe(401);
  expect((await world.call('GET', '/api/live/pictures?event=nobody')).status).toBe(404);
}, 120_000);
