/** Two requests under one Idempotency-Key: one is accepted, and the other leaves no trace in what that one uses. */
import { afterEach, expect, test } from 'vitest';
import { secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

function values(deploymentId: string): Record<string, string> {
  const kept = (world.simulator.snapshot({ secrets: true }).state['vault-secrets'] ?? []) as [
    string,
    { name: string; deleted?: unknown; versions: { value: string }[] },
  ][];
  return Object.fromEntries(
    kept.flatMap(([, { name, deleted, versions }]) =>
      !deleted && name.startsWith(deploymentId) && name.includes('stream')
        ? [[name.slice(deploymentId.length), versions.at(-1)?.value ?? '']]
        : [],
    ),
  );
}
const key = { 'idempotency-key': 'sunday' };
const bodies = ['one', 'two'].map((name, index) => ({
  event: 'twice',
  title: `Title ${name}`,
  languages: ['original', 'french'],
  ttl: `${6 + index}h`,
  youtubeKeys: { original: `${name}-original`, french: `${name}-french` },
}));

test.each([
  [0, 1],
  [1, 0],
])(
  'of two bodies at once the keys are those of the one that won (%i first)',
  async (...order) => {
    world = await World.create({ seed: `keyed-${order.join()}` });
    const answers = await Promise.all(order.map((each) => world.call('POST', '/api/deploy', bodies[each], key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 422]);
    const won = order[answers.findIndex(({ status }) => status === 202)] ?? 0;
    const id = String(answers.find(({ status }) => status === 202)?.body.deploymentId);
    await world.until('twice', ['live']);
    const { original, french } = bodies[won]?.youtubeKeys ?? {};
    expect(values(id)).toEqual({ '-stream-original': original, '-stream-french': french });
    expect((await world.instance<{ request: { title: string } }>(`origin-${id}`)).input.request.title).toBe(
      bodies[won]?.title,
    );
    // The one that lost asks again, while the other is live.
    expect((await world.call('POST', '/api/deploy', bodies[1 - won], key)).status).toBe(422);
    expect(values(id)).toEqual({ '-stream-original': original, '-stream-french': french });
    const { body } = await teardown(world, 'twice');
    expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    // Nor does a vault keep anything that could be called back.
    expect(secretNames(world)).toEqual([]);
    expect(world.simulator.snapshot({ secrets: true }).state['vault-secrets'] ?? []).toEqual([]);
  },
  120_000,
);

test('keys that are replaced before the event begins are the ones it begins with', async () => {
  world = await World.create({ seed: 'keyed-later' });
  const startsAt = new Date(world.clock.now() + 6 * 3600_000).toISOString();
  const answer = await world.call('POST', '/api/deploy', { ...bodies[0], startsAt });
  expect(answer.status, answer.text).toBe(202);
  const id = String(answer.body.deploymentId);
  const replace = (youtubeKeys: object) => world.call('POST', '/api/events/twice/keys', { youtubeKeys });
  const { status, text } = await replace({ french: 'one-original' });
  expect([400, 409], text).toContain(status);
  const replaced = await replace({ french: 'newer-french' });
  await world.until('twice', ['live'], 8 * 3600, 60);
  expect(values(id)).toEqual({
    '-stream-original': 'one-original',
    '-stream-french': replaced.status === 200 ? 'newer-french' : 'one-french',
  });
}, 120_000);
