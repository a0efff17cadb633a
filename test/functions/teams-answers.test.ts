import { createHmac } from 'node:crypto';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { World } from '../system/world.ts';

const TOKEN = Buffer.from('the 32 bytes that Teams once showed').toString('base64');
const WORKFLOW = 'https://flow.example/hook';
let world: World;
let nth = 0;
/** Titles of the cards that the workflow took, in order. */
let posted: string[];
/** What it answers. */
let status: number;

beforeEach(async () => {
  posted = [];
  status = 202;
  const settings = { TEAMS_WEBHOOK_SECRET: TOKEN, TEAMS_WORKFLOW_URL: WORKFLOW };
  world = await World.create({ seed: 'teams', settings });
  const network = world.simulator.httpClient as HttpClient;
  const azure = network.sendRequest.bind(network);
  network.sendRequest = async (request) => {
    if (request.url !== WORKFLOW) return await azure(request);
    const { attachments } = JSON.parse(String(request.body)) as {
      attachments: { content: { body: { text: string }[] } }[];
    };
    if (status < 300) posted.push(attachments[0]?.content.body.map(({ text }) => text ?? '').join('|') ?? '');
    return { request, status, headers: createHttpHeaders() };
  };
});
afterEach(() => world.stop());

function teams(text: string) {
  const body = {
    type: 'message',
    id: String(nth++),
    timestamp: new Date(world.clock.now()).toISOString(),
    text: `<at>stream-control</at> ${text}`,
    from: { name: 'Ann' },
  };
  const key = Buffer.from(TOKEN, 'base64');
  const signature = createHmac('sha256', key).update(JSON.stringify(body), 'utf8').digest('base64');
  return world.call('POST', '/api/teams', body, { authorization: `HMAC ${signature}` });
}
const answers = () => posted.filter((card) => card.includes('asked for by'));

test('what is asked for in Teams is answered there once, also over a restart and a workflow that is down', async () => {
  expect((await teams('deploy demo languages original ttl 4h')).text).toContain('the outcome follows here');
  await world.until('demo', ['live'], 7200, 30);
  await world.pass(10);
  expect(answers()).toEqual([expect.stringContaining('deploy demo: done|asked for by Ann')]);

  status = 503;
  await teams('extend demo 6h');
  await world.pass(5);
  await world.host.stop();
  await world.startHost();
  status = 202;
  await world.pass(120);
  expect(answers().slice(1)).toEqual([expect.stringContaining('extend demo: done|asked for by Ann')]);

  // What others ask for is theirs.
  await world.call('POST', '/api/events/demo/extend', { ttl: '7h' });
  await world.pass(120);
  expect(answers()).toHaveLength(2);

  await teams('teardown demo confirm');
  await world.until('demo', ['gone'], 7200, 30);
  await world.pass(30);
  expect(answers().slice(2)).toEqual([expect.stringContaining('teardown demo: done')]);
  // Nothing more will come, so a repeated one is answered at once.
  expect((await teams('teardown demo confirm')).text).toContain('"done"');
  await world.pass(120);
  expect(answers()).toHaveLength(3);
});

test('presenter and sounds are changed in Teams as anywhere else', async () => {
  await world.call('POST', '/api/deploy', {
    event: 'demo',
    template: 'interpreted',
    languages: ['original', 'french'],
  });
  await world.until('demo', ['live'], 7200, 10);
  await world.pass(60);
  expect((await teams('source demo backup')).text).toMatch(
    /relay is told; at this moment main is on air|backup is on air/,
  );
  expect((await teams('languages demo audio french=3, original=floor')).text).not.toMatch(/no sound/);
  expect((await teams('languages demo audio french=pol')).text).toContain('the programme has no sound pol now');
  expect((await teams('languages demo audio french=99')).text).toContain('must be a track from 1 to 16');
  expect((await teams('languages demo audio german=fra')).text).toMatch(/german/);
  expect((await teams('source nobody main')).text).toContain('There is no event');
  await world.pass(30);
  const { body } = await world.call('GET', '/api/status/demo?levels=true');
  expect(body).toMatchObject({
    presenters: { onAir: 'backup', wanted: 'backup' },
    connection: {
      mixers: [
        { language: 'original', audio: 'floor', heard: { track: 1, peakDb: expect.any(Number), warning: null } },
        {
          ...{ language: 'french', audio: 'pol' },
          heard: { track: 1, warning: expect.stringMatching(/^the programme has no sound pol, the floor's is sent/) },
        },
      ],
    },
  });
});
