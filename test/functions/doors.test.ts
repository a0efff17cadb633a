import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploymentStatusSchema } from '../../contract/api/deployment.ts';
import { eventStatusSchema } from '../../contract/api/event.ts';
import { acceptedSchema, operationSchema } from '../../contract/api/operation.ts';
import { World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'doors' });
});
afterAll(() => world.stop());

const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  world.call<Record<string, string>>('POST', path, body ?? {}, headers);
const get = (path: string, headers: Record<string, string> = {}) => world.call('GET', path, undefined, headers);

describe('who may pass', () => {
  test.each([
    ['a foreign host', { host: 'evil.example' }],
    ['a host that only looks local', { host: '127.0.0.1.evil.example' }],
    ['a page from elsewhere', { origin: 'https://evil.example' }],
    ['a page without origin', { origin: 'null' }],
  ])('local mode refuses %s', async (_what, headers) => {
    const { status, headers: answered, body } = await get('/api/events', headers);
    expect(status).toBe(403);
    expect(answered.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 403, detail: expect.stringContaining('127.0.0.1') });
  });
  test.each([['127.0.0.1:7071'], ['localhost:7071'], ['[::1]:7071']])('local mode takes %s', async (host) => {
    expect((await get('/api/events', { host })).status).toBe(200);
    expect((await get('/api/events', { host, origin: `http://${host}` })).status).toBe(200);
  });
  test('an agent without its token stays outside', async () => {
    const beat = { deploymentId: 'demo-abc-12345678', language: 'french', streaming: true };
    expect((await post('/api/agents/heartbeat', beat)).status).toBe(401);
    expect((await post('/api/agents/heartbeat', beat, { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});

describe('bad input', () => {
  test('every problem is named with its path', async () => {
    const { status, body } = await post('/api/deploy', {
      event: '!',
      languages: ['french', 'french', 'X'],
      ttl: 'soon',
      region: 'atlantis',
      colour: 'red',
    });
    expect(status).toBe(400);
    const paths = (body as unknown as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['event', 'languages[1]', 'languages[2]', 'ttl', 'region', 'colour']));
  });
  test.each([
    ['/api/events?state=alive', 'state'],
    ['/api/events?state=', 'state'],
    ['/api/events?past=maybe', 'past'],
    ['/api/events?past=1', 'past'],
    ['/api/events?continuationToken=%00', 'continuationToken'],
    ['/api/events?continuationToken=bm90aGluZw', 'continuationToken'],
    ['/api/events?past=true&past=false', 'past'],
    ['/api/events?colour=red', 'colour'],
    ['/api/events?__proto__=x', '__proto__'],
    ['/api/health?checks=yes', 'checks'],
    ['/api/templates?x=1', 'x'],
  ])('query values are validated like bodies: %s', async (path, field) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: field }] });
  });
  test('a query value of a POST is validated before anything happens', async () => {
    const { status } = await post('/api/deploy?wait=foreverr', { event: 'unasked' });
    expect(status).toBe(400);
    expect((await get('/api/status/unasked')).status).toBe(404);
  });
  test('no JSON, too much, an odd Idempotency-Key', async () => {
    const request = (body: string, type = 'application/json') =>
      world.host.fetch(
        new Request(`${world.host.origin}/api/teardown`, {
          method: 'POST',
          headers: { host: '127.0.0.1', 'content-type': type },
          body,
        }),
      );
    expect((await request('{"event":"demo"}', 'text/plain')).status).toBe(415);
    expect((await request('{not json')).status).toBe(400);
    expect((await request(`"${'x'.repeat(300_000)}"`)).status).toBe(413);
    expect((await post('/api/deploy', { event: 'demo' }, { 'idempotency-key': 'a b' })).status).toBe(400);
  });
  test('unknown things are 404', async () => {
    for (const path of [
      '/api/status/nothing',
      '/api/status/!',
      '/api/deployment/x/status',
      '/api/operations/x',
      '/api/operations/a-b-c-op-deploy',
      '/api/events/nothing/journal',
      '/api/templates/nothing',
    ])
      expect((await get(path)).status, path).toBe(404);
    expect((await post('/api/teardown', { event: 'nothing', confirm: true })).status).toBe(404);
    expect((await post('/api/events/nothing/extend', { ttl: '2h' })).status).toBe(404);
  });
});

test('OpenAPI is there for anyone', async () => {
  const { status, body } = await get('/api/openapi.json', { host: 'elsewhere.example' });
  expect(status).toBe(200);
  expect(Object.keys(body.paths as object)).toEqual(expect.arrayContaining(['/api/deploy', '/api/operations/{id}']));
});

describe('an event’s life through the doors', () => {
  const request = { event: 'Sunday-Service', languages: ['original'], ttl: '2h' };
  let deploymentId = '';

  test('a plan shows cost, path and checks, and its hash binds', async () => {
    const { status, body } = await world.call<{
      hash: string;
      checks: { outcome: string }[];
      criticalPathSeconds: number;
    }>('POST', '/api/plan', request);
    expect(status).toBe(200);
    expect(body.criticalPathSeconds).toBeGreaterThan(100);
    expect(body.checks.map(({ outcome }) => outcome)).not.toContain('fail');
    expect((await post('/api/deploy', { ...request, ttl: '3h', planHash: body.hash })).status).toBe(409);
    const accepted = await post('/api/deploy', { ...request, planHash: body.hash }, { 'idempotency-key': 'sunday' });
    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('location')).toBe(accepted.body.statusUrl);
    expect(accepted.body).toMatchObject({ event: 'sunday-service' });
    deploymentId = accepted.body.deploymentId ?? '';
  });

  test('the same key and request answer the first 202, another request 422, another deploy 409', async () => {
    const { hash } = (await world.call<{ hash: string }>('POST', '/api/plan', request)).body;
    const again = await post('/api/deploy', { ...request, planHash: hash }, { 'idempotency-key': 'sunday' });
    expect(again).toMatchObject({ status: 202, body: { deploymentId } });
    expect((await post('/api/deploy', { ...request, ttl: '3h' }, { 'idempotency-key': 'sunday' })).status).toBe(422);
    expect(await post('/api/deploy', request)).toMatchObject({ status: 409, body: { deploymentId } });
  });

  test('twenty at once: one wins, nobody else leaves keys behind', async () => {
    const race = { event: 'race', languages: ['original'], youtubeKeys: ['k'] };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('/api/deploy', race)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    await post('/api/teardown', { event: 'race', confirm: true });
    await world.until('race', ['gone']);
  });

  test('status, list, operation and stream while it lives', async () => {
    await world.until('sunday-service', ['live']);
    expect((await get('/api/status/sunday-service')).body).toMatchObject({
      title: 'Sunday-Service',
      health: { state: 'healthy' },
      connection: { mixers: [{ language: 'original', host: expect.stringMatching(/^\d/) }] },
    });
    expect((await get('/api/events?state=live')).body).toMatchObject({ events: [{ event: 'sunday-service' }] });
    expect((await get(`/api/operations/${deploymentId}-op-deploy`)).body).toMatchObject({ outcome: 'done' });
    expect((await get('/api/events/sunday-service/certificate')).status).toBe(409);
    expect((await post('/api/teardown', { event: 'sunday-service' })).body).toMatchObject({ state: 'live' });
  });

  test('what is answered has the shape that OpenAPI shows, no field more', async () => {
    for (const [schema, path] of [
      [eventStatusSchema, '/api/status/sunday-service'],
      [deploymentStatusSchema, `/api/deployment/${deploymentId}/status`],
      [operationSchema, `/api/operations/${deploymentId}-op-deploy`],
    ] as const) {
      const { body } = await get(path);
      expect(schema.parse(body), path).toEqual(body);
    }
  });

  test('extend moves tag and expiry; the outcome is the operation’s', async () => {
    const before = (await get('/api/status/sunday-service')).body.expiresAt as string;
    const { status, body } = await post('/api/events/sunday-service/extend', { ttl: '4h' });
    expect(status).toBe(202);
    expect(acceptedSchema.parse(body)).toEqual(body);
    await world.pass(120);
    expect((await get(`/api/operations/${body.operationId}`)).body).toMatchObject({
      outcome: 'done',
      command: 'extend',
    });
    const after = (await get('/api/status/sunday-service')).body.expiresAt as string;
    expect(Date.parse(after) - Date.parse(before)).toBe(2 * 3_600_000);
  });

  test('after its end: 200 gone, 410 for changes, 202 for one more teardown, a certificate, a past', async () => {
    const first = await post('/api/teardown', { event: 'sunday-service', confirm: true });
    const second = await post('/api/teardown', { event: 'sunday-service', confirm: true });
    expect(second.body.operationId).toBe(first.body.operationId);
    await world.until('sunday-service', ['gone']);
    expect((await post('/api/events/sunday-service/pause')).status).toBe(410);
    expect((await post('/api/teardown', { event: 'sunday-service', confirm: true })).status).toBe(202);
    expect((await get(`/api/operations/${first.body.operationId}`)).body).toMatchObject({ outcome: 'done' });
    expect((await get('/api/events/sunday-service/certificate')).body).toMatchObject({ outcome: 'gone' });
    expect((await get('/api/events?past=true')).text).toContain(deploymentId);
    expect((await get(`/api/deployment/${deploymentId}/status`)).body).toMatchObject({ state: 'gone', progress: 1 });
    const again = await post('/api/deploy', { ...request }, { 'idempotency-key': 'sunday' });
    expect(again).toMatchObject({ status: 202, body: { deploymentId } });
  });
});
