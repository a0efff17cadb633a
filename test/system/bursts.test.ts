import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdTwice, deploy, journal, leftovers, settled } from './look.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'bursts' });
});
afterAll(() => world.stop());

const TWENTY = Array.from({ length: 20 }, (_, index) => index);
const KINDS = ['extend', 'pause', 'resume', 'languages', 'remediate'] as const;
const BODIES: Record<(typeof KINDS)[number], (index: number) => unknown> = {
  extend: (index) => ({ ttl: `${30 + index}h` }),
  pause: () => ({}),
  resume: () => ({}),
  languages: () => ({ add: ['german'] }),
  remediate: () => ({ component: 'relay' }),
};
const states = ['provisioning', 'live', 'paused', 'tearing-down'] as const;

/** Twenty commands of all kinds at once. @returns the operations that were accepted, with their commands */
async function burst(event: string) {
  const answers = await Promise.all(
    TWENTY.map(async (index) => {
      const kind = KINDS[index % KINDS.length] ?? 'extend';
      return { kind, answer: await world.call('POST', `/api/events/${event}/${kind}`, BODIES[kind](index)) };
    }),
  );
  for (const { answer } of answers) expect([202, 409]).toContain(answer.status);
  return answers.flatMap(({ kind, answer }) =>
    answer.status === 202 ? [{ kind, id: String(answer.body.operationId) }] : [],
  );
}

describe('twenty commands at once', { timeout: 240_000 }, () => {
  it.each(states)('while %s: each takes effect once, every operation ends done or refused', async (state) => {
    const event = `burst-${state}`;
    await deploy(world, event);
    if (state !== 'provisioning') await world.until(event, ['live']);
    if (state === 'paused') {
      const { body } = await world.call('POST', `/api/events/${event}/pause`, {});
      await settled(world, String(body.operationId));
    }
    if (state === 'tearing-down') await world.call('POST', '/api/teardown', { event, confirm: true });
    await world.until(event, [state], 3600, 1);

    const before = await journal(world, event);
    const accepted = await burst(event);
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(accepted.length);
    const done: Record<string, number> = {};
    for (const { kind, id } of accepted) {
      const { outcome } = await settled(world, id);
      expect(['done', 'refused'], `${kind} is ${outcome}`).toContain(outcome);
      if (outcome === 'done') done[kind] = (done[kind] ?? 0) + 1;
    }
    // What operations say is what the event did, no more and no less.
    const lines = (await journal(world, event)).slice(before.length);
    for (const kind of KINDS)
      expect(lines.filter((line) => line.startsWith(`operation-done ${kind} `)).length, kind).toBe(done[kind] ?? 0);
    expect(done.languages ?? 0).toBeLessThanOrEqual(1);
    if (state === 'live' || state === 'provisioning') expect(done.extend ?? 0).toBeGreaterThan(0);

    const teardowns = await Promise.all(
      TWENTY.map(() => world.call('POST', '/api/teardown', { event, confirm: true })),
    );
    expect(new Set(teardowns.map(({ body }) => body.operationId)).size).toBe(1);
    await world.until(event, ['gone']);
    const ended = await journal(world, event);
    expect(ended.filter((line) => line.startsWith('operation-done teardown'))).toHaveLength(1);
    expect(await createdTwice(world)).toEqual([]);
    expect(await leftovers(world)).toEqual([]);
  });

  it('deploy: one of twenty wins, and the others leave no secret', async () => {
    const answers = await Promise.all(
      TWENTY.map((index) =>
        world.call('POST', '/api/deploy', {
          event: 'race',
          languages: ['original'],
          youtubeKeys: { original: `key-of-racer-${index}` },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(19).fill(409)]);
    await world.until('race', ['live']);
    await world.call('POST', '/api/teardown', { event: 'race', confirm: true });
    await world.until('race', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
