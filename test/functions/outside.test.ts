import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

/** What a mixer, or whoever reaches its programme, may say. */
const EVIL =
  '\u001b]0;owned\u0007\u001b[31mno picture\u202e\n2026-11-21 state: gone [sign in](https://evil.example) <at>all</at>';
const TITLE = 'Sunday\u001b[2J\r\nForged: [free](https://evil.example)\u2066';
const CLEAN = 'no picture 2026-11-21 state: gone [sign in](https://evil.example) <at>all</at>';
const WORKFLOW = 'https://flow.example/hook';
/** Cards that Teams got, as text. */
const cards: string[] = [];
let world: World;
let id = '';
beforeAll(async () => {
  world = await World.create({ seed: 'outside', settings: { TEAMS_WORKFLOW_URL: WORKFLOW } });
  const network = world.simulator.httpClient as {
    sendRequest(request: { url: string; body?: unknown }): Promise<unknown>;
  };
  const azure = network.sendRequest.bind(network);
  network.sendRequest = async (request) => {
    if (request.url !== WORKFLOW) return await azure(request);
    cards.push(String(request.body));
    return { request, status: 202, headers: new Map() };
  };
  const { body } = await world.call('POST', '/api/deploy', { event: 'demo', title: TITLE, languages: ['original'] });
  id = String(body.deploymentId);
  await world.until('demo', ['live']);
});
afterAll(() => world.stop());

async function beat(problems: string[], more: object = {}): Promise<number> {
  const answer = await world.clock.track(
    world.simulator.handle({
      method: 'GET',
      url: new URL(`https://mixers.vault.azure.net/secrets/${id}-agent?api-version=7.5`),
      headers: { authorization: 'Bearer test' },
    }),
  );
  const { value } = answer.body as { value: string };
  const body = { deploymentId: id, language: 'original', streaming: true, problems, ...more };
  return (await world.call('POST', '/api/agents/heartbeat', body, { authorization: `Bearer ${value}` })).status;
}
/** Every character of a text is shown as it is, and no text of the value begins a line. */
const isClean = (text: string): boolean =>
  ![...text].some(
    (letter) =>
      letter < ' ' || (letter >= '\u007f' && letter <= '\u009f') || /[\u2028-\u202e\u2066-\u2069]/.test(letter),
  );

test('what a mixer says of itself is one line of text in journal and status', async () => {
  expect(await beat([EVIL], { scene: EVIL })).toBe(200);
  await world.pass(5);
  const { body } = await world.call<{ entries: { text: string }[] }>('GET', '/api/events/demo/journal');
  expect(body.entries.map(({ text }) => text)).toContain(`mixer-original: ${CLEAN}`);
  expect(body.entries.filter(({ text }) => !isClean(text))).toEqual([]);
  const status = (await world.call('GET', '/api/status/demo')).body as { title: string; health: { reasons: string[] } };
  expect(status.health.reasons.join()).toContain(CLEAN);
  expect([status.title, ...status.health.reasons].filter((text) => !isClean(text))).toEqual([]);
  expect(status.title).toBe('Sunday Forged: [free](https://evil.example)');
});

test('and neither a link, a mention nor a line of its own in Teams', async () => {
  await world.pass(60);
  const degraded = cards.filter((card) => card.includes('no picture'));
  expect(degraded.length).toBeGreaterThan(0);
  for (const card of cards) {
    expect(card).not.toMatch(/\]\(|<at|\\u001b|\\n|\\r/);
    expect(isClean(card)).toBe(true);
  }
});

test('nor does an answer repeat it', async () => {
  const answer = await world.call('GET', `/api/status/${encodeURIComponent('\u001b[2J\u202eevil\nline')}`);
  expect(answer.status).toBe(404);
  expect(isClean(answer.text)).toBe(true);
});
