import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

const TOKEN = Buffer.from('the 32 bytes that Teams once showed').toString('base64');
let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'repeats', settings: { TEAMS_WEBHOOK_SECRET: TOKEN } });
});
afterAll(() => world.stop());

const at = (seconds = 0) => new Date(world.clock.now() + seconds * 1000).toISOString();
const activity = (id: string, text: unknown, more: object = {}) => ({
  type: 'message',
  id,
  timestamp: at(),
  text,
  from: { name: 'Ann' },
  ...more,
});
function send(body: unknown) {
  const signed = createHmac('sha256', Buffer.from(TOKEN, 'base64')).update(JSON.stringify(body), 'utf8');
  return world.call('POST', '/api/teams', body, { authorization: `HMAC ${signed.digest('base64')}` });
}
/** Delivers one message three times, the last two at once. */
async function thrice(body: unknown): Promise<string> {
  const answers = [await send(body), ...(await Promise.all([send(body), send(body)]))];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  return answers[0]?.text ?? '';
}
const journal = async () => (await world.call<{ entries: { code: string }[] }>('GET', '/api/events/demo/journal')).body;

test('a message that is delivered again is answered as it was, and has one effect', async () => {
  expect(await thrice(activity('1', 'deploy demo languages original ttl 4h'))).toContain('Accepted');
  await world.until('demo', ['live']);
  const extend = activity('2', 'extend demo 6h');
  const first = await thrice(extend);
  expect(first).toContain('Accepted');
  await world.pass(60);
  expect((await send(extend)).text).toBe(first);
  expect((await journal()).entries.filter(({ code }) => code === 'extended')).toHaveLength(1);
  // Another message with the same words is another command.
  expect(await thrice(activity('3', 'extend demo 6h'))).not.toBe(first);

  expect(await thrice(activity('4', 'teardown demo confirm.'))).toContain('Accepted');
  await world.until('demo', ['gone']);
});

test.each([
  ['of 2020', { timestamp: '2020-01-01T00:00:00Z' }],
  ['of tomorrow', { timestamp: '2026-12-31T00:00:00Z' }],
  ['without a time', { timestamp: undefined }],
  ['of no time', { timestamp: 'soon' }],
])('a message %s is not obeyed', async (_what, more) => {
  expect((await send(activity('5', 'deploy old', more))).status).toBe(401);
  expect((await world.call('GET', '/api/status/old')).status).toBe(404);
});

test.each([
  ['text that is null', { text: null }],
  ['no text', { text: undefined }],
  ['text of another kind', { text: { a: 1 } }],
  ['a sender that is text', { text: '', from: 'Ann' }],
  ['no sender', { text: '', from: undefined }],
  ['much text', { text: ' '.repeat(9000) }],
])('%s is answered with help', async (_what, more) => {
  const { status, text } = await send(activity('6', '', more));
  expect([status, text]).toEqual([200, expect.stringContaining('Mention me')]);
});

test('what is no activity is 400, and who does not sign hears no more than that', async () => {
  expect((await send(['list'])).status).toBe(400);
  expect((await world.call('POST', '/api/teams', activity('7', 'list'))).status).toBe(401);
});
