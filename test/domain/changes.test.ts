import { describe, expect, it } from 'vitest';
import { COMMAND_LIMIT } from '../../domain/lifecycle/admission.ts';
import type { Command } from '../../domain/workflow.ts';
import { inputOf, languages } from './fixtures.ts';
import { worldIn } from './states.ts';
import { broken, capacity, World, type WorldOptions } from './world.ts';

let suffix = 0;
/** Sends a command and runs until its outcome is known. */
function done(world: World, command: Command) {
  const id = world.command(command, (++suffix).toString(16).padStart(16, '0'));
  expect(world.run((w) => w.operations.has(id))).toBe(true);
  return world.operations.get(id);
}
const change = (add: string[], remove: string[] = []): Command => ({
  command: 'languages',
  add,
  remove,
  keysGiven: false,
});
const activeLanguages = (world: World) => world.state.layout.machines.map(({ language }) => language);
const live = (options: WorldOptions = {}, body: Record<string, unknown> = {}): World => {
  const world = new World(inputOf(body), options);
  world.untilState('live');
  return world;
};
const sick = (world: World, component: string) =>
  world.send({ type: 'health', component, healthy: false, reasons: ['silent'], at: new Date(world.now).toISOString() });

describe('languages of a live event', () => {
  it('are added and removed without touching any other', () => {
    const world = live();
    const attempts = { ...world.state.nodes };
    expect(done(world, change(['german'], ['french']))).toMatchObject({ outcome: 'done' });
    expect(world.state.state).toBe('live');
    expect(activeLanguages(world)).toEqual(['original', 'spanish', 'german']);
    for (const id of ['relay', 'slides', 'vnet', 'mixer-original', 'mixer-spanish'])
      expect(world.state.nodes[id]).toEqual(attempts[id]);
    expect([...world.resources].filter((name) => name.includes('french'))).toEqual([]);
    expect([...world.resources].filter((name) => name.includes('german'))).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  it('come back under new names and a free address', () => {
    const world = live();
    done(world, change([], ['french']));
    done(world, change(['german']));
    expect(done(world, change(['french']))).toMatchObject({ outcome: 'done' });
    const machines = world.state.layout.machines;
    expect(machines.map(({ language, slot, variant }) => [language, slot, variant])).toEqual([
      ['original', 0, 1],
      ['spanish', 1, 1],
      ['german', 2, 1],
      ['french', 3, 2],
    ]);
    expect(world.resources.has('mixer-french-demo-2')).toBe(true);
    world.command({ command: 'teardown' }, 'teardown');
    world.untilFinished();
    const removal = [...world.started.values()].find(({ orchestration }) => orchestration === 'remove');
    expect(removal?.input).toMatchObject({ languages: ['original', 'spanish', 'french', 'german'] });
    expect(world.violations).toEqual([]);
  });

  it('that fail are taken back, and the event is as it was', () => {
    const world = live({
      fate: (node) => (node.node === 'check-mixer-german' ? { fate: 'failed', failure: broken } : undefined),
    });
    const before = [...world.resources].sort();
    expect(done(world, change(['german', 'italian'], ['french']))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('the event is as it was'),
    });
    expect(world.state.state).toBe('live');
    expect(activeLanguages(world)).toEqual(['original', 'spanish', 'french']);
    expect([...world.resources].sort()).toEqual(before);
    expect(world.violations).toEqual([]);
  });

  it('try the next size too', () => {
    const world = live(
      {
        fate: (node) =>
          node.spec.kind === 'mixer' && node.spec.language === 'german' && node.attempt === 1
            ? { fate: 'failed', failure: capacity }
            : undefined,
      },
      { vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v5'] },
    );
    expect(done(world, change(['german']))).toMatchObject({ outcome: 'done' });
    expect(world.state.layout.machines.at(-1)).toMatchObject({ vmSize: 'Standard_D4s_v5', variant: 2 });
  });

  it.each([
    [change(['french']), 'already there'],
    [change([], ['german']), 'not there'],
    [change([], ['original', 'spanish', 'french']), 'at least one'],
    [change(languages(48)), 'at most 50'],
  ])('that make no sense are refused', (command, reason) => {
    expect(done(live(), command)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) });
  });
});

describe('pause and resume', () => {
  it('stop what costs, keep what has a name, and check everything again', () => {
    const world = live();
    const before = [...world.resources].sort();
    expect(done(world, { command: 'pause' })).toMatchObject({ outcome: 'done' });
    expect(world.state.state).toBe('paused');
    const checks = world.state.nodes['check-mixer-french']?.attempt;
    expect(done(world, { command: 'resume' })).toMatchObject({ outcome: 'done' });
    expect(world.state.state).toBe('live');
    expect(world.state.nodes['check-mixer-french']).toMatchObject({ state: 'done', attempt: (checks ?? 0) + 1 });
    expect([...world.resources].sort()).toEqual(before);
  });

  it('are undone when one machine does not follow', () => {
    const world = live({
      fate: (node) =>
        node.spec.kind === 'power' && node.spec.action === 'stop' && node.node === 'power-mixer-french'
          ? { fate: 'failed', failure: broken }
          : undefined,
    });
    expect(done(world, { command: 'pause' })).toMatchObject({ outcome: 'failed' });
    expect(world.state.state).toBe('live');
  });

  it('end in degraded when a check fails after resuming', () => {
    const world = live({
      fate: (node) =>
        node.node === 'check-slides' && node.attempt === 2 ? { fate: 'failed', failure: broken } : undefined,
    });
    done(world, { command: 'pause' });
    expect(done(world, { command: 'resume' })).toMatchObject({ outcome: 'done' });
    expect(world.state.state).toBe('degraded');
    expect(world.state.health.slides).toMatchObject({ healthy: false });
  });

  it('do not stop the clock: a paused event ends with its TTL', () => {
    const world = live({}, { ttl: '1h' });
    done(world, { command: 'pause' });
    expect(world.untilFinished()).toBe(true);
    expect(world.now - Date.parse(world.state.layout.createdAt)).toBeLessThan(2 * 3_600_000);
    expect(world.resources.size).toBe(0);
  });
});

describe('health', () => {
  it('degrades and recovers by itself within the grace, and nothing is restarted', () => {
    const world = live();
    sick(world, 'mixer-french');
    world.untilState('degraded');
    world.send({
      type: 'health',
      component: 'mixer-french',
      healthy: true,
      reasons: [],
      at: new Date(world.now + 1000).toISOString(),
    });
    world.untilState('live');
    world.run(undefined, 600);
    expect(world.states.slice(-3)).toEqual(['live', 'degraded', 'live']);
    expect([...world.started.keys()].some((id) => id.includes('remedy-mixer'))).toBe(false);
    expect(world.notifications.map(({ kind }) => kind)).toEqual(['live', 'degraded', 'recovered']);
  });

  it('ignores late reports, unknown components and events that are not live', () => {
    const world = live();
    sick(world, 'mixer-french');
    world.untilState('degraded');
    world.send({
      type: 'health',
      component: 'mixer-french',
      healthy: true,
      reasons: [],
      at: new Date(world.now - 60_000).toISOString(),
    });
    sick(world, 'mixer-klingon');
    world.run(undefined, 5);
    expect(world.state.state).toBe('degraded');
    expect(Object.keys(world.state.health)).toEqual(['mixer-french']);
  });

  it('passes the check of a mixer with its first word', () => {
    const world = new World(inputOf({ languages: ['en'] }), {
      fate: (node) => (node.node === 'check-mixer-en' ? { fate: 'done', seconds: 500 } : undefined),
    });
    world.untilState('verifying');
    world.run((w) => w.state.nodes['check-mixer-en']?.state === 'running');
    const word = { type: 'health' as const, component: 'mixer-en', healthy: true, reasons: [] };
    world.send({ ...word, at: new Date(world.now - 60_000).toISOString() });
    world.run(undefined, 5);
    expect(world.state.state).toBe('verifying');
    world.send({ ...word, at: new Date(world.now).toISOString() });
    expect(world.run((w) => w.state.state === 'live', 60)).toBe(true);
    world.run(undefined, 1000);
    expect(world.state.state).toBe('live');
  });

  it('takes an alert as a second detector, once', () => {
    const world = live();
    const alert = { type: 'alert' as const, alertId: 'a1', component: 'relay', title: 'relay is down' };
    for (const fired of [true, true, false]) {
      world.send({ ...alert, fired });
      world.run(undefined, 1);
    }
    expect(world.state.state).toBe('live');
    expect(world.state.journal.filter(({ code }) => code === 'alert-fired')).toHaveLength(1);
  });
});

describe('remediation', () => {
  it('restarts what does not recover, and checks it', () => {
    const world = live();
    sick(world, 'mixer-french');
    expect(world.untilState('remediating')).toBe(true);
    expect(world.untilState('live')).toBe(true);
    expect(world.started.get(`${world.input.deploymentId}-remedy-mixer-french-1`)?.input).toMatchObject({
      spec: { kind: 'power', action: 'restart', name: 'mixer-french-demo' },
    });
    expect(world.state.nodes['check-mixer-french']?.attempt).toBe(2);
  });

  it('climbs restart, redeploy, recreate, and then calls people instead of looping', () => {
    const world = live({
      fate: (node) =>
        node.node === 'check-mixer-french' && node.attempt > 1 ? { fate: 'failed', failure: broken } : undefined,
    });
    sick(world, 'mixer-french');
    world.run((w) => w.notifications.some(({ kind }) => kind === 'people-needed'), 3500);
    const actions = [...world.started.values()].flatMap((effect) =>
      effect.orchestration === 'node' && effect.input.spec.kind === 'power' ? [effect.input.spec.action] : [],
    );
    expect(actions).toEqual(['restart', 'redeploy']);
    expect(world.state.layout.machines.at(-1)).toMatchObject({ language: 'french', variant: 2 });
    expect(world.state.state).toBe('degraded');
    world.run(undefined, 1800);
    expect(world.notifications.filter(({ kind }) => kind === 'people-needed')).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });

  it('leaves mixers alone whose source is silent because the relay is', () => {
    const world = live({
      fate: (node) =>
        node.node === 'check-relay' && node.attempt > 1 ? { fate: 'failed', failure: broken } : undefined,
    });
    sick(world, 'relay');
    sick(world, 'mixer-spanish');
    world.send({
      type: 'health',
      component: 'mixer-french',
      healthy: false,
      reasons: ['the programme source is silent'],
      at: new Date(world.now).toISOString(),
    });
    world.run((w) => w.notifications.some(({ kind }) => kind === 'people-needed'), 3500);
    const remedied = (component: string) =>
      [...world.started.keys()].filter((id) => id.includes(`-remedy-${component}-`)).length;
    expect(remedied('relay')).toBeGreaterThan(0);
    expect(remedied('mixer-spanish')).toBe(1);
    expect(remedied('mixer-french')).toBe(0);
    // The relay is back and the mixer still gets nothing: now it is the mixer.
    const at = new Date(world.now + 1000).toISOString();
    world.send({ type: 'health', component: 'relay', healthy: true, reasons: [], at });
    world.run(() => remedied('mixer-french') > 0, 600);
    expect(remedied('mixer-french')).toBe(1);
  });

  it('by hand does nothing destructive to what is healthy', () => {
    const world = live();
    expect(done(world, { command: 'remediate', component: 'relay' })).toMatchObject({ outcome: 'refused' });
    expect(done(world, { command: 'remediate', component: 'mixer-klingon' })).toMatchObject({ outcome: 'refused' });
    sick(world, 'relay');
    world.untilState('degraded');
    expect(done(world, { command: 'remediate', component: 'relay', rung: 'redeploy' })).toMatchObject({
      outcome: 'done',
    });
    expect(world.state.state).toBe('live');
  });
});

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
    expect(world.state.layout.ttlSeconds).toBe(5 * 3600);
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
    const before = world.state.layout.expiresAt;
    expect(done(world, { command: 'extend', ttlSeconds: 7200 })).toMatchObject({ outcome: 'failed' });
    expect(world.state.layout.expiresAt).toBe(before);
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
      const end = Date.parse(world.state.layout.expiresAt);
      world.run(undefined, (end - world.now) / 1000 - 30);
      world.command({ command: 'extend', ttlSeconds: 7200 }, 'b'.repeat(16));
      world.run(undefined, 300);
      expect(world.state.state).toMatch(fails ? /tearing-down|gone/ : /live/);
    }
  });

  it('before the group exists counts from its creation', () => {
    const world = worldIn('preflight');
    expect(done(world, { command: 'extend', ttlSeconds: 10_800 })).toMatchObject({ outcome: 'done' });
    world.untilState('live');
    expect(world.state.layout.ttlSeconds).toBe(10_800);
  });

  it('of a scheduled event counts from when it will begin', () => {
    const world = worldIn('scheduled');
    const begins = world.state.alarms.start?.at ?? Number.NaN;
    const until = new Date(begins + 10 * 3_600_000).toISOString();
    expect(done(world, { command: 'extend', until })).toMatchObject({ outcome: 'done' });
    expect(world.state.layout.ttlSeconds).toBe(36_000);
  });

  it('warns half an hour before the end, or after two thirds of a short life', () => {
    for (const [ttl, minutes] of [
      ['2h', 30],
      ['30m', 10],
    ] as const) {
      const world = live({}, { ttl });
      world.run((w) => w.notifications.some(({ kind }) => kind === 'expiring'));
      expect(Date.parse(world.state.layout.expiresAt) - world.now).toBeCloseTo(minutes * 60_000, -4);
    }
  });
});

describe('a lost region', () => {
  const regions = ['westeurope', 'northeurope'];
  it('is left for the next: the same languages, the same end, new addresses; what stood there goes when it can', () => {
    let lost = '';
    const world = live({ removal: ({ resourceGroup }) => (resourceGroup === lost ? broken : 'gone') }, { regions });
    const first = world.state.layout.resourceGroup;
    lost = first;
    const { expiresAt, createdAt } = world.state.layout;
    done(world, change(['german'], ['french']));
    expect(done(world, { command: 'relocate' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('not degraded'),
    });
    sick(world, 'relay');
    world.untilState('degraded');
    expect(done(world, { command: 'relocate' })).toMatchObject({ outcome: 'done' });
    expect(world.state.state).toBe('live');
    expect(world.state.layout).toMatchObject({ region: 'northeurope', expiresAt, createdAt });
    expect(activeLanguages(world)).toEqual(['original', 'spanish', 'german']);
    world.run(undefined, 1200);
    expect([...world.groups.keys()]).toEqual([first, world.state.layout.resourceGroup]);
    expect(world.state.state).toBe('live');

    world.command({ command: 'teardown' }, 'teardown');
    world.untilState('failed');
    expect([...world.groups.keys()]).toEqual([first]);
    lost = '';
    expect(world.untilFinished()).toBe(true);
    expect(world.groups.size).toBe(0);
    expect(world.violations).toEqual([]);
    expect(world.record?.certificate.resourceGroups).toHaveLength(2);
  });

  it('goes behind the back of the live event, and a teardown meanwhile takes both', () => {
    const world = live({}, { regions });
    sick(world, 'relay');
    world.untilState('degraded');
    expect(done(world, { command: 'relocate' })).toMatchObject({ outcome: 'done' });
    expect(world.removing.size).toBe(1);
    world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilFinished()).toBe(true);
    expect(world.groups.size).toBe(0);
    expect(world.violations).toEqual([]);
    const removals = [...world.started.values()].flatMap((each) =>
      each.orchestration === 'remove' ? [each.input.secrets] : [],
    );
    expect(removals).toEqual([false, true]);
  });

  it('is refused where the request names no other', () => {
    const world = live();
    sick(world, 'relay');
    world.untilState('degraded');
    expect(done(world, { command: 'relocate' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('no region is left'),
    });
  });
});

describe('a budget', () => {
  const perHour = 0.0988 + 0.0494 + 3 * (0.188 + 0.005 + 0.027);

  it('refuses what would cost more, before anything is created', () => {
    const world = new World(inputOf({ budget: { amount: 1, action: 'refuse' } }));
    expect(world.untilFinished()).toBe(true);
    expect(world.states).toEqual(['rolling-back', 'failed']);
    expect(world.state.error?.failure).toMatchObject({
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
      expect((world.now - Date.parse(world.state.layout.createdAt)) / 3_600_000).toBeCloseTo(5, 1);
      expect(world.run((w) => w.state.finished === true, 3600)).toBe(action === 'end');
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
      expect(world.state.state).toBe('live');
      expect(world.notifications.filter(({ kind }) => kind === 'budget')).toHaveLength(1);
      expect(world.state.journal.filter(({ code }) => code === 'budget')).toHaveLength(1);
    }
  });

  it('is counted on at once when a language comes, also in a degraded event', () => {
    const world = live({}, { budget: { amount: perHour * 5, action: 'end' } });
    sick(world, 'slides');
    world.untilState('degraded');
    const before = world.state.alarms.budget?.at ?? 0;
    done(world, change(['german']));
    expect(world.state.alarms.budget?.at).toBeLessThan(before);
  });

  it('lasts longer while the event is paused', () => {
    const world = live({}, { budget: { amount: perHour * 5, action: 'end' } });
    done(world, { command: 'pause' });
    world.run(undefined, 10 * 3600);
    expect(world.state.state).toBe('paused');
    done(world, { command: 'resume' });
    expect(world.run((w) => w.state.finished === true, 5 * 3600)).toBe(true);
  });
});

describe('too many commands', () => {
  it('are refused, but never teardown and extend', () => {
    const world = live();
    let last: string | undefined;
    for (let index = 0; index <= COMMAND_LIMIT; index++) last = done(world, change(['french']))?.reason;
    expect(last).toContain('at most');
    expect(done(world, { command: 'extend', ttlSeconds: 90_000 })).toMatchObject({ outcome: 'done' });
    const id = world.command({ command: 'teardown' }, 'teardown');
    world.untilFinished();
    expect(world.operations.get(id)).toMatchObject({ outcome: 'done' });
  });
});
