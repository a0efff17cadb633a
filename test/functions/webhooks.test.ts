import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALERT_SECRET, World } from '../system/world.ts';

const TOKEN = Buffer.from('the 32 bytes that Teams once showed').toString('base64');
let world: World;
let nth = 0;
beforeAll(async () => {
  world = await World.create({ seed: 'webhooks', settings: { TEAMS_WEBHOOK_SECRET: TOKEN } });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], ttl: '4h' });
  await world.until('demo', ['live']);
});
afterAll(() => world.stop());

interface CardMessage {
  attachments: { content: { body: { text?: string; facts?: { title: string; value: string }[] }[] } }[];
}

function teams(text: string, token = TOKEN) {
  const body = {
    type: 'message',
    id: String(nth++),
    timestamp: new Date(world.clock.now()).toISOString(),
    text: `<at>stream-control</at> ${text}`,
    from: { name: 'Ann' },
  };
  const key = Buffer.from(token, 'base64');
  const signature = createHmac('sha256', key).update(JSON.stringify(body), 'utf8').digest('base64');
  return world.call<CardMessage>('POST', '/api/teams', body, { authorization: `HMAC ${signature}` });
}

test('Teams: signed commands are answered with a card and recorded under the sender’s name', async () => {
  expect((await teams('list', Buffer.from('another').toString('base64'))).status).toBe(401);
  const list = await teams('list');
  expect(list.status, list.text).toBe(200);
  expect(list.body.attachments[0]?.content.body.at(-1)?.facts).toContainEqual({ title: 'demo', value: 'live' });
  expect((await teams('status demo')).text).toContain('demo: live');
  expect((await teams('status nothing')).text).toContain('There is no event');
  expect((await teams('extend demo 6h')).text).toContain('operation');
  await world.pass(60);
  expect((await world.call('GET', '/api/events/demo/journal')).text).toContain('by teams:Ann');
});

test('an alert delivered three times counts once; what is not ours is ignored; without the secret nobody passes', async () => {
  const bare = { schemaId: 'azureMonitorCommonAlertSchema', data: { essentials: { alertId: 'x' } } };
  expect((await world.call('POST', '/api/alerts', bare)).status).toBe(401);
  const fired = { resource: 'mixer-original-demo', fault: 'none', duplicates: 2, rule: 'mixer-cpu' };
  await world.sim('POST', '/_sim/alerts', fired);
  await world.pass(30);
  const journal = await world.call<{ entries: { code: string; text: string }[] }>('GET', '/api/events/demo/journal');
  const alerts = journal.body.entries.filter(({ code }) => code === 'alert-fired');
  expect(alerts).toEqual([expect.objectContaining({ text: 'mixer-original: mixer-cpu' })]);
});

test('an alert on what is well is vetoed by its own word, whoever it is of; nothing is restarted', async () => {
  const signals = ['metric', 'log', 'activity-log', 'resource-health'];
  for (const signal of signals) {
    for (const resource of ['mixer-original-demo', 'relay-demo-*'])
      await world.sim('POST', '/_sim/alerts', { resource, fault: 'none', signal, rule: `of ${signal}` });
    await world.pass(300);
  }
  const { body } = await world.call<{ entries: { code: string; text: string }[] }>('GET', '/api/events/demo/journal');
  const vetoed = body.entries.filter(({ code, text }) => code === 'alert-vetoed' && text.includes('of '));
  for (const component of ['mixer-original', 'relay'])
    for (const signal of signals)
      expect(vetoed.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(`^${component}: of ${signal}: it reported itself healthy`),
      );
  expect(body.entries.filter(({ code }) => code === 'remedy' || code === 'unhealthy')).toEqual([]);
  expect((await world.call('GET', '/api/status/demo')).body).toMatchObject({ state: 'live' });
});

test('alerts of other groups, subscriptions, machines that were replaced, and odd shapes are answered 200 with a reason', async () => {
  const { resourceGroup } = (await world.call<{ resourceGroup: string }>('GET', '/api/status/demo')).body;
  const { id = '' } = (await world.resources()).find(({ name }) => name === 'mixer-original-demo') ?? {};
  const post = (target: unknown, data: object = {}) =>
    world.call('POST', `/api/alerts?code=${ALERT_SECRET}`, {
      schemaId: 'azureMonitorCommonAlertSchema',
      data: {
        essentials: {
          ...{ alertId: 'odd', monitorCondition: 'Fired', monitoringService: 'Platform', alertTargetIDs: [target] },
        },
        alertContext: { condition: { allOf: [{ operator: 'LessThan', threshold: '1', metricValue: 0 }] } },
        ...data,
      },
    });
  expect((await post(id)).status).toBe(202);
  const others: [unknown, object?][] = [
    [id.replace(/mixer-original-demo$/, 'mixer-original-demo-2')],
    [id.replace(resourceGroup, 'streaming-demo-1')],
    [id.replace(/subscriptions\/[^/]+/, 'subscriptions/another')],
    [id, { alertContext: { condition: { allOf: 'x' } } }],
    [id, { essentials: [] }],
    [{ odd: true }],
  ];
  for (const [target, data] of others) {
    const answer = await post(target, data);
    expect(answer, JSON.stringify([target, data])).toMatchObject({
      status: 200,
      body: { ignored: expect.any(String) },
    });
  }
});
