import { describe, expect, it } from 'vitest';
import { inputOf } from './fixtures.ts';
import { change, done, live, sick } from './live.ts';
import { worldIn } from './states.ts';
import { broken, World } from './world.ts';

describe('extending', () => {
  it('patches the tag first, then sets the alarms, then acknowledges', () => {
    const world = live({}, { ttl: '1h' });
    const id = world.command({ command: 'extend', ttlSeconds: 7200 }, 'a'.repeat(16));
    world.run((w) => w.operations.has(id));
    const order = [...world.started.keys()].map((key) => key.replace(`${world.input.deploymentId}-`, ''));
    const [tag, alarm, ack] = ['expires-tag-1', 'ttl-2', `op-op-${'a'.repeat(16)}`].map((key) => order.indexOf(key));
    expect(tag).toBeGreaterThan(0);
    expect(alarm).toBeGreaterThan(tag ?? 0);
    expect(ack).toBeGreaterThan(alarm ?? 0);
    expect([...world.alarms.keys()].map((key) => key.split('-').slice(-2).join('-')).sort()).toEqual([
      'ttl-2',
      'warning-2',
    ]);
  });

  it('in a burst is one patch to the latest end', () => {
    const world = live({}, { ttl: '1h' });
    const ids = [2, 5, 3, 4].map((hours, index) =>
      world.command({ command: 'extend', ttlSeconds: hours * 3600 }, `${index}`.repeat(16)),
    );
    world.run((w) => ids.every((id) => w.operations.has(id)));
    // The first is served at once, the others together when it is done: shorter ones are then no extension any more or part of it.
    for (const id of ids) expect(world.operations.get(id)).toMatchObject({ outcome: 'done' });
    const patches = [...world.started.keys()].filter((key) => key.includes('expires-tag'));
    expect(patches.length).toBeLessThanOrEqual(2);
    expect(world.state.plan.layout.ttlSeconds).toBe(5 * 3600);
  });

  it.each([
    [{ command: 'extend', ttlSeconds: 1800 }, 'already ends later'],
    [{ command: 'extend', ttlSeconds: 8 * 86_400 }, 'between'],
    [{ command: 'extend', until: '2020-01-01T00:00:00.000Z' }, 'between'],
  ] as const)('refuses what is no extension', (command, reason) => {
    expect(done(live({}, { ttl: '1h' }), command)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  it('that cannot patch the tag fails and the old end stands', () => {
    const world = live(
      { fate: (node) => (node.spec.kind === 'expires-tag' ? { fate: 'failed', failure: broken } : undefined) },
      { ttl: '1h' },
    );
    const before = world.state.plan.layout.expiresAt;
    expect(done(world, { command: 'extend', ttlSeconds: 7200 })).toMatchObject({ outcome: 'failed' });
    expect(world.state.plan.layout.expiresAt).toBe(before);
    expect(world.untilFinished()).toBe(true);
  });

  it('that is on its way when the time is over wins, or the event ends at once when it fails', () => {
    for (const fails of [false, true]) {
      const world = live(
        {
          fate: (node) =>
            node.spec.kind === 'expires-tag'
              ? fails
                ? { fate: 'failed', failure: broken, seconds: 120 }
                : { fate: 'done', seconds: 120 }
              : undefined,
        },
        { ttl: '1h' },
      );
      const end = Date.parse(world.state.plan.layout.expiresAt);
      world.run(undefined, (end - world.now) / 1000 - 30);
      world.command({ command: 'extend', ttlSeconds: 7200 }, 'b'.repeat(16));
      world.run(undefined, 300);
      expect(world.state.life.state).toMatch(fails ? /tearing-down|gone/ : /live/);
    }
  });

  it('before the group exists counts from its creation', () => {
    const world = worldIn('preflight');
    expect(done(world, { command: 'extend', ttlSeconds: 10_800 })).toMatchObject({ outcome: 'done' });
    world.untilState('live');
    expect(world.state.plan.layout.ttlSeconds).toBe(10_800);
  });

  it('of a scheduled event counts from when it will begin', () => {
    const world = worldIn('scheduled');
    const begins = world.state.alarms.armed.start?.at ?? Number.NaN;
    const until = new Date(begins + 10 * 3_600_000).toISOString();
    expect(done(world, { command: 'extend', until })).toMatchObject({ outcome: 'done' });
    expect(world.state.plan.layout.ttlSeconds).toBe(36_000);
  });

  it('warns half an hour before the end, or after two thirds of a short life', () => {
    for (const [ttl, minutes] of [
      ['2h', 30],
      ['30m', 10],
    ] as const) {
      const world = live({}, { ttl });
      world.run((w) => w.notifications.some(({ kind }) => kind === 'expiring'));
      expect(Date.parse(world.state.plan.layout.expiresAt) - world.now).toBeCloseTo(minutes * 60_000, -4);
    }
  });
});

describe('a budget', () => {
  // West Europe costs 1.15 times what East US does.
  const perHour = 1.15 * (0.0988 + 0.0494 + 3 * (0.188 + 0.005 + 9.6 / 730));

  it('refuses what would cost more, before anything is created', () => {
    const world = new World(inputOf({ budget: { amount: 1, action: 'refuse' } }));
    expect(world.untilFinished()).toBe(true);
    expect(world.states).toEqual(['rolling-back', 'failed']);
    expect(world.state.end.error?.failure).toMatchObject({
      code: 'BudgetExceeded',
      advice: expect.stringContaining('shorten'),
    });
    expect([...world.started.values()].some(({ orchestration }) => orchestration === 'node')).toBe(false);
    expect(new World(inputOf({ budget: { amount: 100, action: 'refuse' } })).untilState('live')).toBe(true);
  });

  it('warns, or ends the event, when it is used up', () => {
    for (const action of ['warn', 'end'] as const) {
      const world = live({}, { budget: { amount: perHour * 5, action } });
      world.run((w) => w.notifications.some(({ kind }) => kind === 'budget'));
      expect((world.now - Date.parse(world.state.plan.layout.createdAt)) / 3_600_000).toBeCloseTo(5, 1);
      expect(world.run((w) => w.state.end.finished === true, 3600)).toBe(action === 'end');
    }
  });

  it('warns once, whatever changes afterwards, and the event goes on', () => {
    for (const action of ['warn', 'refuse'] as const) {
      const world = live({}, { ttl: '4h', budget: { amount: perHour * 5, action } });
      done(world, { command: 'extend', ttlSeconds: 24 * 3600 });
      world.run((w) => w.notifications.some(({ kind }) => kind === 'budget'));
      done(world, change(['german']));
      done(world, { command: 'pause' });
      done(world, { command: 'resume' });
      world.run(undefined, 10 * 3600);
      expect(world.state.life.state).toBe('live');
      expect(world.notifications.filter(({ kind }) => kind === 'budget')).toHaveLength(1);
      expect(world.state.journal.entries.filter(({ code }) => code === 'budget')).toHaveLength(1);
    }
  });

  it('is counted on at once when a language comes, also in a degraded event', () => {
    const world = live({}, { budget: { amount: perHour * 5, action: 'end' } });
    sick(world, 'slides');
    world.untilState('degraded');
    const before = world.state.alarms.armed.budget?.at ?? 0;
    done(world, change(['german']));
    expect(world.state.alarms.armed.budget?.at).toBeLessThan(before);
  });

  it('lasts longer while the event is paused', () => {
    const world = live({}, { budget: { amount: perHour * 5, action: 'end' } });
    done(world, { command: 'pause' });
    world.run(undefined, 10 * 3600);
    expect(world.state.life.state).toBe('paused');
    done(world, { command: 'resume' });
    expect(world.run((w) => w.state.end.finished === true, 5 * 3600)).toBe(true);
  });
});
