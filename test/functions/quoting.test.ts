import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

const TEAMS = Buffer.from('the 32 bytes that Teams once showed').toString('base64');
/** As YouTube makes them. */
const KEY = 'q4v7-kk2m-x9ds-0c5f-8a1z';
const WORDS = 'canary quiet with blanks';
let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'quoting', settings: { TEAMS_WEBHOOK_SECRET: TEAMS } });
  const deploy = { event: 'demo', languages: ['original', 'french'], youtubeKeys: ['first-key', 'second-key'] };
  await world.call('POST', '/api/deploy', deploy);
  await world.until('demo', ['live']);
});
afterAll(() => world.stop());

const upsideDown = { [KEY]: 'original', [WORDS]: 'french' };
/** Stream keys given in every wrong way. */
const wrong: [string, unknown][] = [
  ['inside out', upsideDown],
  ['as one text', KEY],
  ['with values of other kinds', { original: { [KEY]: KEY }, [KEY]: 7 }],
  ['as a list of maps', [upsideDown, { original: KEY }]],
  ['as a list with spaces', [WORDS, KEY]],
  ['with spaces', { original: WORDS, [WORDS]: KEY }],
  ['deep', { youtubeKeys: upsideDown }],
];
const schedule = (request: object, more: object = {}) => ({
  name: 'weekly',
  days: ['sunday'],
  at: '09:30',
  timeZone: 'Europe/Zurich',
  request,
  ...more,
});
/** Where a body may come in, and how keys, or fields beside them, get into it. */
const doors: [path: string, body: (keys: unknown, beside?: object) => object][] = [
  [
    '/api/deploy',
    (youtubeKeys, beside) => ({ event: 'other', languages: ['original', 'french'], youtubeKeys, ...beside }),
  ],
  [
    '/api/plan',
    (youtubeKeys, beside) => ({ event: 'other', languages: ['original', 'french'], youtubeKeys, ...beside }),
  ],
  ['/api/events/demo/keys', (youtubeKeys, beside) => ({ youtubeKeys, ...beside })],
  ['/api/events/demo/languages', (youtubeKeys, beside) => ({ add: ['german', 'dutch'], youtubeKeys, ...beside })],
  [
    '/api/schedules',
    (youtubeKeys, beside) => schedule({ event: 'other', languages: ['original', 'french'], youtubeKeys, ...beside }),
  ],
  ['/api/schedules', (youtubeKeys, beside) => schedule({ event: 'other' }, { youtubeKeys, ...beside })],
];
const silent = (text: string): void => {
  for (const part of [KEY, KEY.slice(0, 9), 'kk2m', 'canary', 'blanks']) expect(text).not.toContain(part);
};

test.each(doors.flatMap(([path, body]) => wrong.map(([what, keys]) => [path, what, body(keys)] as const)))(
  '%s quotes nothing of keys %s',
  async (path, _what, body) => {
    const { status, text } = await world.call('POST', path, body);
    expect(status, text).toBe(400);
    silent(text);
  },
);

/** A secret that stands where no keys are. */
const besides: [string, object][] = [
  ['the name of a field', { [KEY]: 'french' }],
  ['the name of a field with spaces', { [WORDS]: 'french' }],
  ['a language', { languages: [KEY, WORDS] }],
  ['a language to add', { add: [WORDS] }],
  ['the name of a parameter', { parameters: { [KEY]: 1, [WORDS]: { a: 1 } } }],
  ['a region', { region: WORDS, regions: [KEY] }],
  ['a range', { operatorCidrs: [KEY] }],
  ['a duration', { ttl: KEY }],
  ['a time', { startsAt: WORDS }],
  ['a budget', { budget: { [KEY]: 1, amount: KEY } }],
  ['a template', { template: KEY }],
  ['the name of the event', { event: KEY }],
];
test.each(
  doors.flatMap(([path, body]) => besides.map(([what, beside]) => [path, what, body(['a', 'b'], beside)] as const)),
)('%s quotes nothing of a secret that is %s', async (path, _what, body) => {
  const { status, text } = await world.call('POST', path, body);
  if (status === 400) silent(text);
  expect(status, text).toBe(400);
});

test.each([
  `/api/status/${encodeURIComponent(WORDS)}`,
  `/api/events?${encodeURIComponent(KEY)}=1`,
  `/api/events?${encodeURIComponent(KEY)}=1&${encodeURIComponent(KEY)}=2`,
  `/api/events?state=${encodeURIComponent(KEY)}`,
  `/api/templates/${KEY}`,
  `/api/operations/${KEY}`,
  `/api/deployment/${KEY}/status`,
])('%s is refused without a word of it', async (path) => {
  const { status, text } = await world.call('GET', path);
  expect([400, 404]).toContain(status);
  silent(text);
});

test.each([
  `${KEY} is my key`,
  `deploy other languages ${KEY} ${KEY}`,
  `extend demo ${KEY}`,
  `status ${WORDS}`,
  `deploy ${WORDS}`,
])('Teams quotes nothing of "%s"', async (said) => {
  const body = { id: said, timestamp: new Date(world.clock.now()).toISOString(), text: said };
  const signed = createHmac('sha256', Buffer.from(TEAMS, 'base64'))
    .update(JSON.stringify(body), 'utf8')
    .digest('base64');
  const { status, text } = await world.call('POST', '/api/teams', body, { authorization: `HMAC ${signed}` });
  expect(status).toBe(200);
  expect(text).not.toContain(KEY);
  expect(text).not.toContain('quiet with');
});

test('nor does the log hold any of it', () => silent(world.log.join('\n').replace(/"?(GET|POST) \S+/g, '')));

test('a field that is a plain word is named, for whoever mistyped it', async () => {
  const { body } = await world.call('POST', '/api/deploy', { event: 'other', colour: 'red', parameters: { shade: 1 } });
  expect(body.errors).toEqual([
    { path: 'colour', message: 'Unknown field' },
    { path: 'parameters.shade', message: expect.stringContaining('Unknown parameter') },
  ]);
});
