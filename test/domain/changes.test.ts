import { describe, expect, it } from 'vitest';
import { COMMAND_LIMIT } from '../../domain/lifecycle/admission.ts';
import { languages } from './fixtures.ts';
import { activeLanguages, change, done, live, sick } from './live.ts';
import { broken, capacity } from './world.ts';

describe('languages of a live event', () => {
  it('are added and removed without touching any other', () => {
    const world = live();
    const attempts = { ...world.state.work.nodes };
    expect(done(world, change(['german'], ['french']))).toMatchObject({ outcome: 'done' });
    expect(world.state.life.state).toBe('live');
    expect(activeLanguages(world)).toEqual(['original', 'spanish', 'german']);
    for (const id of ['relay', 'slides', 'vnet', 'mixer-original', 'mixer-spanish'])
      expect(world.state.work.nodes[id]).toEqual(attempts[id]);
    expect([...world.resources].filter((name) => name.includes('french'))).toEqual([]);
    expect([...world.resources].filter((name) => name.includes('german'))).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  it('come back under new names and a free address', () => {
    const world = live();
    done(world, change([], ['french']));
    done(world, change(['german']));
    expect(done(world, change(['french']))).toMatchObject({ outcome: 'done' });
    const machines = world.state.plan.layout.members;
    expect(machines.flatMap(({ each, slot, variant }) => (each ? [[each, slot, variant]] : []))).toEqual([
      ['original', 0, 1],
      ['spanish', 1, 1],
      ['german', 2, 1],
      ['french', 3, 2],
    ]);
    expect(world.resources.has('mixer-french-demo-2')).toBe(true);
    world.command({ command: 'teardown' }, 'teardown');
    world.untilFinished();
    const removal = [...world.started.values()].find(({ orchestration }) => orchestration === 'remove');
    expect(removal?.input).toMatchObject({
      agents: ['original', 'spanish', 'french', 'german'].map((each) => `mixer-${each}`),
    });
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
    expect(world.state.life.state).toBe('live');
    expect(activeLanguages(world)).toEqual(['original', 'spanish', 'french']);
    expect([...world.resources].sort()).toEqual(before);
    expect(world.violations).toEqual([]);
  });

  it('try the next size too', () => {
    const world = live(
      {
        fate: (node) =>
          node.spec.kind === 'machine' && node.node === 'mixer-german' && node.attempt === 1
            ? { fate: 'failed', failure: capacity }
            : undefined,
      },
      { vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v5'] },
    );
    expect(done(world, change(['german']))).toMatchObject({ outcome: 'done' });
    expect(world.state.plan.layout.members.at(-1)).toMatchObject({ size: 'Standard_D4s_v5', variant: 2 });
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
    expect(world.state.life.state).toBe('paused');
    const checks = world.state.work.nodes['check-mixer-french']?.attempt;
    expect(done(world, { command: 'resume' })).toMatchObject({ outcome: 'done' });
    expect(world.state.life.state).toBe('live');
    expect(world.state.work.nodes['check-mixer-french']).toMatchObject({ state: 'done', attempt: (checks ?? 0) + 1 });
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
    expect(world.state.life.state).toBe('live');
  });

  it('end in degraded when a check fails after resuming', () => {
    const world = live({
      fate: (node) =>
        node.node === 'check-slides' && node.attempt === 2 ? { fate: 'failed', failure: broken } : undefined,
    });
    done(world, { command: 'pause' });
    expect(done(world, { command: 'resume' })).toMatchObject({ outcome: 'done' });
    expect(world.state.life.state).toBe('degraded');
    expect(world.state.health.components.slides).toMatchObject({ healthy: false });
  });

  it('do not stop the clock: a paused event ends with its TTL', () => {
    const world = live({}, { ttl: '1h' });
    done(world, { command: 'pause' });
    expect(world.untilFinished()).toBe(true);
    expect(world.now - Date.parse(world.state.plan.layout.createdAt)).toBeLessThan(2 * 3_600_000);
    expect(world.resources.size).toBe(0);
  });
});

describe('a lost region', () => {
  const regions = ['westeurope', 'northeurope'];
  it('is left for the next: the same languages, the same end, new addresses; what stood there goes when it can', () => {
    let lost = '';
    const world = live({ removal: ({ resourceGroup }) => (resourceGroup === lost ? broken : 'gone') }, { regions });
    const first = world.state.plan.layout.resourceGroup;
    lost = first;
    const { expiresAt, createdAt } = world.state.plan.layout;
    done(world, change(['german'], ['french']));
    expect(done(world, { command: 'relocate' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('not degraded'),
    });
    sick(world, 'relay');
    world.untilState('degraded');
    expect(done(world, { command: 'relocate' })).toMatchObject({ outcome: 'done' });
    expect(world.state.life.state).toBe('live');
    expect(world.state.plan.layout).toMatchObject({ region: 'northeurope', expiresAt, createdAt });
    expect(activeLanguages(world)).toEqual(['original', 'spanish', 'german']);
    world.run(undefined, 1200);
    expect([...world.groups.keys()]).toEqual([first, world.state.plan.layout.resourceGroup]);
    expect(world.state.life.state).toBe('live');

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
