import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePlan } from '../../domain/plan/compile.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import { parseTemplate } from '../../domain/template/parse.ts';
import { deploy, leftovers, perHour, secretNames, settled, teardown } from './look.ts';
import { APP_DIR, World } from './world.ts';

let world: World;
let id: string;
const KEYS = { original: 'key-of-original', french: 'key-of-french' };
beforeAll(async () => {
  world = await World.create({ seed: 'change' });
  id = await deploy(world, 'change', { youtubeKeys: { original: KEYS.original } });
  await world.until('change', ['live']);
});
afterAll(() => world.stop());

const change = async (name: string, body: unknown) => {
  const { status, body: answer } = await world.call('POST', `/api/events/change/${name}`, body);
  expect(status, JSON.stringify(answer)).toBe(202);
  return await settled(world, String(answer.operationId));
};
const machines = async () =>
  (await world.resources())
    .filter(({ type }) => type.toLowerCase() === 'microsoft.compute/virtualmachines')
    .map(({ name }) => name);
const status = async () => (await world.call('GET', '/api/status/change')).body;

describe('a live event', { timeout: 240_000 }, () => {
  it('takes a language in and lets it go, and leaves the others alone', async () => {
    expect(await change('languages', { add: ['french'], youtubeKeys: { french: KEYS.french } })).toMatchObject({
      outcome: 'done',
    });
    expect(await status()).toMatchObject({ state: 'live', languages: ['original', 'french'] });
    expect((await machines()).sort()).toEqual(['mixer-french-change', 'mixer-original-change']);
    expect(await change('languages', { add: ['french'] })).toMatchObject({ outcome: 'refused' });
    expect(await change('languages', { remove: ['french'] })).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ state: 'live', languages: ['original'] });
    expect(await machines()).toEqual(['mixer-original-change']);
    expect(secretNames(world, id).filter((name) => name.endsWith('-french'))).toEqual([]);
    expect((await world.resources()).filter(({ name }) => name.includes('french'))).toEqual([]);
  });

  it('costs little while it is paused, and comes back', async () => {
    const before = await perHour(world);
    expect(await change('pause', {})).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ state: 'paused' });
    const paused = await perHour(world);
    expect(paused).toBeGreaterThan(0);
    expect(paused).toBeLessThan(before / 5);
    expect(Number(((await status()).cost as { perHour: number }).perHour)).toBeLessThan(before / 5);
    expect(await change('resume', {})).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ state: 'live' });
    expect(await perHour(world)).toBeCloseTo(before, 5);
  });

  it.each([false, true])('streams or not as it is told: %s', async (streaming) => {
    const told = await world.call('POST', '/api/events/change/streaming', { streaming });
    expect(told).toMatchObject({ status: 200, body: { languages: ['original'], streaming } });
    await world.pass(90);
    const { connection } = (await status()) as { connection: { mixers: unknown[] } };
    expect(connection.mixers).toMatchObject([{ language: 'original', streaming }]);
  });

  it('repeats the answer to a repeated Idempotency-Key, and refuses another body under it', async () => {
    const send = (body: object) =>
      world.call(
        'POST',
        '/api/deploy',
        { event: 'twice', languages: ['original'], ...body },
        { 'idempotency-key': 'k1' },
      );
    const first = await send({});
    expect(first.status).toBe(202);
    expect(await send({})).toMatchObject({ status: 202, body: first.body });
    expect(await send({ ttl: '3h' })).toMatchObject({ status: 422 });
    await teardown(world, 'twice');
    await world.until('twice', ['gone']);
    // Also after its end: the same request was answered, and is not made again.
    expect(await send({})).toMatchObject({ status: 202, body: first.body });
    expect((await world.call('GET', '/api/status/twice')).body).toMatchObject({ state: 'gone' });
  });

  it('is deployed as it was shown or not at all', async () => {
    const request = { event: 'shown', languages: ['original'], ttl: '1h' };
    const plan = await world.call('POST', '/api/plan', request);
    const planHash = String(plan.body.hash);
    const other = await world.call('POST', '/api/deploy', { ...request, languages: ['french'], planHash });
    expect(other).toMatchObject({
      status: 409,
      body: { title: expect.any(String), detail: expect.stringContaining('plan has changed') },
    });
    expect((await world.call('GET', '/api/status/shown')).status).toBe(404);
    expect((await world.call('POST', '/api/deploy', { ...request, planHash })).status).toBe(202);
    const { input } = await world.instance<LifecycleInput>('event-shown');
    await teardown(world, 'shown');
    await world.until('shown', ['gone']);

    // The template changed between the look and the deployment.
    const parsed = parseTemplate(readFileSync(join(APP_DIR, 'templates/multilingual.yaml'), 'utf8'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { template } = parsed;
    const hashOf = (given: LifecycleInput['template']) => compilePlan(input.request, given, input.installation).hash;
    expect(hashOf(template)).toBe(planHash);
    const dearer = { ...template.components.relay, cpu: 3 } as never;
    const stale = hashOf({ ...template, components: { ...template.components, relay: dearer } });
    expect((await world.call('POST', '/api/deploy', { ...request, planHash: stale })).status).toBe(409);
  });

  it('leaves nothing', async () => {
    await teardown(world, 'change');
    await world.until('change', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
