/** Stream keys at the doors: what can be no key, or would be two languages', is refused by its place and never said again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
const A = 'aaaa-bbbb-cccc-dddd';
const B = 'eeee-ffff-gggg-hhhh';
beforeAll(async () => {
  world = await World.create({ seed: 'stream-keys' });
});
afterAll(() => world.stop());

const deploy = (youtubeKeys: unknown) =>
  world.call('POST', '/api/deploy', { event: 'keys', languages: ['original', 'french'], youtubeKeys });

test.each([
  [
    'one key for two languages',
    { original: A, french: A },
    'youtubeKeys.french: is the same key as youtubeKeys.original',
  ],
  ['one key twice in a list', [A, A], 'youtubeKeys[1]: is the same key as youtubeKeys[0]'],
  ['pairs in a list', [`original=${A}`, `french=${B}`], 'youtubeKeys[0]: is a language and its key in one'],
  ['columns of a CSV', [`original,${A}`, `french,${B}`], 'youtubeKeys[0]: is a language and its key in one'],
  ['two keys in one', { original: `${A},${B}`, french: 'x' }, 'youtubeKeys.original: has a comma'],
  [
    'an address',
    { original: `rtmp://a.rtmp.youtube.com/live2/${A}`, french: B },
    'youtubeKeys.original: is an address',
  ],
  ['quotes', { original: `"${A}"`, french: B }, 'youtubeKeys.original: is in quotes'],
  ['the names of the languages', ['original', 'french'], 'youtubeKeys[0]: is the name of a language'],
  ['a space', { original: `${A} `, french: B }, 'youtubeKeys'],
  ['a line break', { original: `${A}\n`, french: B }, 'youtubeKeys'],
  ['nothing', { original: '', french: B }, 'youtubeKeys'],
  ['an invisible letter', { original: `${A}\u200b`, french: B }, 'youtubeKeys'],
])('a deployment is refused for %s', async (_, keys, message) => {
  const { status, text, body } = await deploy(keys);
  expect(status).toBe(400);
  expect(String(body.detail)).toContain(message);
  for (const key of [A, B]) expect(text).not.toContain(key);
});

test('a body that gives a language twice is refused', async () => {
  const text = `{"event":"keys","languages":["original"],"youtubeKeys":{"original":"${A}","original":"${B}"}}`;
  const answer = await world.driven(
    world.host.fetch(
      new Request(new URL('/api/deploy', world.host.origin), {
        method: 'POST',
        headers: { host: '127.0.0.1', 'content-type': 'application/json' },
        body: text,
      }),
    ),
  );
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('twice');
});

test('a language that is added, and a key that is replaced, may not have the key of another', async () => {
  expect((await deploy({ original: A, french: B })).status).toBe(202);
  await world.until('keys', ['live']);
  const post = (path: string, body: unknown) => world.call('POST', `/api/events/keys/${path}`, body);
  for (const [path, body] of [
    ['keys', { youtubeKeys: { french: A } }],
    ['languages', { add: ['german'], youtubeKeys: { german: A } }],
  ] as const) {
    const { status, text } = await post(path, body);
    expect(status, path).toBe(400);
    expect(text).toContain('is the key of original');
    expect(text).not.toContain(A);
  }
  // They may change places.
  expect((await post('keys', { youtubeKeys: { original: B, french: A } })).status).toBe(200);
}, 60_000);
