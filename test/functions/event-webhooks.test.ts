import { createHmac } from 'node:crypto';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOutSchema } from '../../contract/api/event-out.ts';
import { journal } from '../system/look.ts';
import { World } from '../system/world.ts';

const KEY = Buffer.from('a key of thirty-two random bytes').toString('base64');
const GOOD = 'https://good.example/hook?token=canary-in-the-address';
const SICK = 'https://sick.example/hook?token=canary-in-the-address';
interface Came {
  url: string;
  headers: Record<string, string>;
  body: string;
}
let world: World;
let came: Came[];
/** What the second one answers; undefined cuts the connection. */
let sick: number | undefined = 503;

beforeAll(async () => {
  came = [];
  world = await World.create({
    seed: 'event-webhooks',
    settings: { EVENT_WEBHOOKS: `${GOOD}, ${SICK}`, EVENT_WEBHOOK_SECRET: `whsec_${KEY}` },
  });
  const network = world.simulator.httpClient as HttpClient;
  const azure = network.sendRequest.bind(network);
  network.sendRequest = async (request) => {
    if (request.url !== GOOD && request.url !== SICK) return await azure(request);
    came.push({ url: request.url, headers: request.headers.toJSON(), body: String(request.body) });
    if (request.url === SICK && sick === undefined) throw Object.assign(new Error(request.url), { code: 'ECONNRESET' });
    return { request, status: request.url === GOOD ? 204 : (sick ?? 0), headers: createHttpHeaders() };
  };
});
afterAll(() => world.stop());

const to = (url: string) => came.filter((one) => one.url === url);
const read = ({ body }: Came) => eventOutSchema.parse(JSON.parse(body));

test('each is told by a signed CloudEvent; one that refuses holds up nobody and is tried under the same id', async () => {
  const { body } = await world.call('POST', '/api/deploy', {
    event: 'demo',
    languages: ['original'],
    title: 'A\u001b[2J\nB',
  });
  await world.until('demo', ['live']);
  await world.pass(60);
  const [first, ...more] = to(GOOD);
  if (!first) throw new Error('nothing came');
  expect(more).toEqual([]);
  expect(read(first)).toMatchObject({
    specversion: '1.0',
    type: 'stream-control.event.live',
    subject: body.deploymentId,
    source: expect.stringMatching(/^http:.*\/api\/events\/demo$/),
    data: { event: 'demo', kind: 'live' },
  });
  expect(read(first)).toEqual(JSON.parse(first.body));
  expect(first.body).not.toContain('\\u001b');
  expect(first.headers['content-type']).toContain('application/cloudevents+json');
  // The Standard Webhooks scheme, computed apart.
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = first.headers;
  const mac = createHmac('sha256', Buffer.from(KEY, 'base64')).update(`${id}.${at}.${first.body}`).digest('base64');
  expect(signature).toBe(`v1,${mac}`);
  expect(id).toBe(read(first).id);
  expect(Math.abs(Number(at) - world.clock.now() / 1000)).toBeLessThan(300);

  expect(to(SICK)).toHaveLength(6);
  expect(new Set(to(SICK).map((one) => read(one).id))).toEqual(new Set([id]));
});

test('what was not taken is tried again later, shown meanwhile, and never shows the address', async () => {
  sick = undefined;
  await world.pass(6 * 60);
  sick = 200;
  const before = to(SICK).length;
  await world.pass(31 * 60);
  expect(to(SICK)).toHaveLength(before + 1);
  expect(to(GOOD)).toHaveLength(1);
  const shown = `${(await journal(world, 'demo')).join('\n')}${(await world.call('GET', '/api/status/demo')).text}${world.log.join('\n')}`;
  expect(shown).toContain('webhook at sick.example');
  expect(shown).not.toContain('canary-in-the-address');
  expect(shown).not.toContain(KEY);
});

test('the end is told as well, each thing under an id of its own', async () => {
  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  await world.until('demo', ['gone']);
  await world.pass(60);
  const types = to(GOOD).map((one) => read(one).type);
  expect(types.at(-1)).toBe('stream-control.event.gone');
  expect(new Set(to(GOOD).map((one) => read(one).id)).size).toBe(types.length);
});
