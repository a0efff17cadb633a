import { describe, expect, it } from 'vitest';
import { verifyCertificate } from '../../domain/certificate.ts';
import { inputOf } from './fixtures.ts';
import { broken, capacity, World } from './world.ts';

/** What another size or region can help. */
const quota = { ...capacity, class: 'quota' as const, code: 'QuotaExceeded' };
const ELSEWHERE = [capacity, quota];

const deploy = '-op-deploy';
const outcomeOf = (world: World, suffix: string) => world.operations.get(`${world.input.deploymentId}${suffix}`);

describe('the life of an event', () => {
  it('deploys by dependency, verifies, is live, is torn down, and leaves a certificate', () => {
    const world = new World(inputOf());
    expect(world.untilState('live')).toBe(true);
    expect(world.states).toEqual(['preflight', 'provisioning', 'verifying', 'live']);
    expect(world.resources.size).toBe(1 + 2 + 1 + 2 + 3 * 3);
    expect(outcomeOf(world, deploy)).toMatchObject({ outcome: 'done', command: 'deploy' });

    world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilFinished()).toBe(true);
    expect(world.states.slice(-2)).toEqual(['tearing-down', 'gone']);
    expect(world.resources.size).toBe(0);
    expect(outcomeOf(world, '-op-teardown')).toMatchObject({ outcome: 'done' });
    expect([...world.alarms.keys()]).toEqual([]);
    const certificate = world.record?.certificate;
    expect(certificate && verifyCertificate(certificate)).toBe(true);
    expect(certificate).toMatchObject({ outcome: 'gone', verification: { resourcesLeft: 0 } });
    expect(certificate?.resources).toHaveLength(17);
    // Times keep their hash when the extension takes zeros off their fractions.
    expect(JSON.stringify(certificate)).not.toMatch(/T[\d:]+\.\d*Z/);
    expect(world.violations).toEqual([]);
  });

  it('takes hardly longer than the longest chain: no node waits for another that it does not need', () => {
    const world = new World(inputOf(), { fate: (node) => ({ fate: 'done', seconds: node.expectedSeconds }) });
    world.untilState('live');
    const finished = (id: string) => world.state.work.nodes[id]?.finishedAt ?? Number.NaN;
    const started = (id: string) => world.state.work.nodes[id]?.startedAt ?? Number.NaN;
    expect(started('relay')).toBe(Math.max(finished('resource-group'), finished('secrets')));
    expect(started('mixer-french')).toBe(Math.max(finished('nic-french'), finished('secrets')));
    expect(started('nic-french')).toBe(Math.max(finished('vnet'), finished('pip-french')));
    expect(world.violations).toEqual([]);
  });

  it('rolls everything back when a node fails, and says why', () => {
    const world = new World(inputOf(), {
      fate: (node) => (node.node === 'mixer-french' ? { fate: 'failed', failure: broken } : undefined),
    });
    expect(world.untilFinished()).toBe(true);
    expect(world.states).toEqual(['preflight', 'provisioning', 'rolling-back', 'failed']);
    expect(world.resources.size).toBe(0);
    const outcome = outcomeOf(world, deploy);
    expect(outcome).toMatchObject({ outcome: 'failed' });
    expect(outcome?.reason).toContain('InvalidParameter');
    expect(world.state.end.error).toMatchObject({ node: 'mixer-french', consequence: 'rolled back: nothing remains' });
    expect(world.violations).toEqual([]);
  });

  it('removes the stream keys of a deployment that preflight refuses', () => {
    const world = new World(inputOf({ youtubeKeys: ['a', 'b', 'c'] }), {
      fate: (node) => (node.node === 'preflight' ? { fate: 'failed', failure: broken } : undefined),
    });
    expect(world.untilFinished()).toBe(true);
    const removal = world.started.get(`${world.input.deploymentId}-delete-1`);
    expect(removal?.input).toMatchObject({
      secrets: true,
      agents: ['mixer-original', 'mixer-spanish', 'mixer-french'],
    });
    expect(world.states).toEqual(['preflight', 'rolling-back', 'failed']);
  });

  it.each(ELSEWHERE)('tries the next VM size on $class errors, with a new machine beside the failed one', (failure) => {
    const world = new World(inputOf({ vmSizes: ['Standard_D2s_v3', 'Standard_D2s_v5'] }), {
      fate: (node) =>
        node.spec.kind === 'machine' && node.node === 'mixer-french' && node.spec.vmSize === 'Standard_D2s_v3'
          ? { fate: 'failed', failure }
          : undefined,
    });
    expect(world.untilState('live')).toBe(true);
    world.run(undefined, 3600);
    expect(world.resources.has('mixer-french-demo-2')).toBe(true);
    expect(world.resources.has('nic-french-demo-2')).toBe(true);
    expect(world.resources.has('mixer-french-demo')).toBe(false);
    expect(world.state.work.nodes['mixer-french']).toMatchObject({ state: 'done', attempt: 2 });
    expect(world.violations).toEqual([]);
  });

  it.each(ELSEWHERE)(
    'moves to the next region when every size is gone ($class), in a new group, with its secrets',
    (failure) => {
      const world = new World(inputOf({ regions: ['westeurope', 'northeurope'] }), {
        fate: (node) =>
          node.spec.kind === 'machine' && node.region === 'westeurope' ? { fate: 'failed', failure } : undefined,
      });
      expect(world.untilState('live')).toBe(true);
      expect(world.states).toEqual(['preflight', 'provisioning', 'rolling-back', 'provisioning', 'verifying', 'live']);
      expect(world.state.plan.layout.region).toBe('northeurope');
      expect(world.state.regions.groups).toHaveLength(2);
      expect(world.started.get(`${world.input.deploymentId}-delete-1`)?.input).toMatchObject({ secrets: false });
      expect([...world.resources].filter((name) => name.startsWith('streaming-demo'))).toEqual([
        world.state.plan.layout.resourceGroup,
      ]);
      expect(world.violations).toEqual([]);
    },
  );

  it('keeps the remains of a failure when asked to, until the TTL', () => {
    const world = new World(inputOf({ keepOnFailure: true, ttl: '1h' }), {
      fate: (node) => (node.node === 'check-relay' ? { fate: 'failed', failure: broken } : undefined),
    });
    expect(world.run((w) => outcomeOf(w, deploy) !== undefined)).toBe(true);
    expect(world.state.life.state).toBe('failed');
    expect(world.resources.size).toBeGreaterThan(5);
    const extend = world.command({ command: 'extend', ttlSeconds: 7200 }, '0000000000000001');
    const pause = world.command({ command: 'pause' }, '0000000000000002');
    world.run((w) => w.operations.size >= 3);
    expect(world.operations.get(extend)).toMatchObject({ outcome: 'done' });
    expect(world.operations.get(pause)).toMatchObject({ outcome: 'refused' });
    expect(world.untilFinished()).toBe(true);
    expect(world.now - Date.parse(world.state.plan.layout.createdAt)).toBeGreaterThan(7200_000);
    expect(world.states.slice(-2)).toEqual(['tearing-down', 'gone']);
    expect(world.resources.size).toBe(0);
  });

  it('begins nodes and actions anew that die without a word, a few times, and then gives up', () => {
    for (const id of ['vnet', 'preflight', 'check-relay', 'mixer-french', 'secrets']) {
      const world = new World(inputOf(), {
        fate: (node, nth) => (node.node === id && nth <= 3 ? { fate: 'dies' } : undefined),
        sweep: 60,
      });
      expect(world.untilState('live'), id).toBe(true);
      expect(world.state.work.nodes[id]?.attempt ?? world.state.work.attempts[id], id).toBe(4);
      expect(world.state.work.deaths, id).toEqual({});
      expect(world.violations, id).toEqual([]);
    }
    const world = new World(inputOf(), {
      fate: (node) => (node.node === 'vnet' ? { fate: 'dies' } : undefined),
      sweep: 60,
    });
    expect(world.untilFinished()).toBe(true);
    expect(world.state.end.error?.failure.code).toBe('NodeDied');
    expect(world.state.work.nodes.vnet?.attempt).toBe(4);
    expect(world.resources.size).toBe(0);
  });

  it('begins work on a live event anew that died, and nothing anew for an event that leaves', () => {
    const world = new World(inputOf(), {
      fate: (node, nth) => (node.node === 'power-mixer-french' && nth === 1 ? { fate: 'dies' } : undefined),
      sweep: 60,
    });
    world.untilState('live');
    const pause = world.command({ command: 'pause' }, '1'.repeat(16));
    expect(world.run((w) => w.operations.has(pause), 3600)).toBe(true);
    expect(world.operations.get(pause)).toMatchObject({ outcome: 'done' });

    const leaving = new World(inputOf(), {
      fate: (node) => (node.node === 'vnet' ? { fate: 'dies' } : undefined),
      sweep: 60,
    });
    leaving.run((w) => w.state.work.nodes.vnet?.state === 'running' && w.ended.has(`${w.input.deploymentId}-vnet-1`));
    leaving.command({ command: 'teardown' }, 'teardown');
    expect(leaving.untilFinished()).toBe(true);
    expect(leaving.state.work.nodes.vnet?.attempt).toBe(1);
    expect(leaving.resources.size).toBe(0);
  });

  it('begins a removal anew that died, and calls people when it dies again and again', () => {
    const world = new World(inputOf());
    world.untilState('live');
    world.command({ command: 'teardown' }, 'teardown');
    world.run((w) => w.state.removal.current?.running === true);
    const die = () => {
      const instance = `${world.input.deploymentId}-delete-${world.state.removal.count}`;
      world.receive({
        type: 'nudge',
        deploymentId: world.input.deploymentId,
        ended: [{ instanceId: instance, runtimeStatus: 'Failed' }],
      });
    };
    for (let nth = 2; nth <= 4; nth++) {
      die();
      expect(world.state).toMatchObject({ life: { state: 'tearing-down' }, removal: { count: nth } });
    }
    die();
    expect(world.state).toMatchObject({
      life: { state: 'failed' },
      end: { error: { failure: { code: 'RemovalDied' } } },
    });
    expect(world.notifications.at(-1)?.kind).toBe('people-needed');
    expect(world.untilFinished()).toBe(true);
    expect(world.resources.size).toBe(0);
  });

  it('takes an alarm whose instance is over for heard when it is due, and not before', () => {
    const world = new World(inputOf({ ttl: '1h' }));
    world.untilState('live');
    const { deploymentId } = world.input;
    const armed = world.state.alarms.armed.ttl;
    const dead = { instanceId: `${deploymentId}-ttl-${armed?.generation}`, runtimeStatus: 'Terminated' };
    world.alarms.delete(dead.instanceId);
    const nudge = () => world.receive({ type: 'nudge', deploymentId, ended: [dead] });
    nudge();
    expect(world.state.life.state).toBe('live');
    world.run(undefined, 2 * 3600);
    expect(world.state.life.state).toBe('live');
    nudge();
    expect(world.untilState('tearing-down')).toBe(true);
    expect(world.untilFinished()).toBe(true);
  });

  it('a start that cannot be made for a moment, however often it is asked for, fails nothing', () => {
    let down = false;
    const world = new World(inputOf(), { down: () => down });
    world.run((w) => w.state.work.nodes.vnet?.state === 'running');
    down = true;
    world.run((w) => w.state.outbox.unconfirmed.length > 0, 600);
    for (let nth = 0; nth < 20; nth++) world.receive({ type: 'nudge', deploymentId: world.input.deploymentId });
    down = false;
    world.receive({ type: 'nudge', deploymentId: world.input.deploymentId });
    expect(world.untilState('live')).toBe(true);
    expect(world.violations).toEqual([]);
  });

  it('repeats a removal that failed, and a repeated teardown does so at once', () => {
    let locked = true;
    const world = new World(inputOf(), {
      removal: () => (locked ? { class: 'conflict', code: 'ScopeLocked', message: 'there is a lock' } : 'gone'),
    });
    world.untilState('live');
    const teardown = world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilState('failed')).toBe(true);
    expect(world.state.commands.open).toMatchObject([
      { operationId: teardown, failed: expect.stringContaining('ScopeLocked') },
    ]);
    locked = false;
    world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilFinished()).toBe(true);
    expect(world.state.removal.count).toBe(2);
    expect(world.operations.get(teardown)).toMatchObject({ outcome: 'done' });
    expect(world.resources.size).toBe(0);
  });

  it('begins a scheduled event so early that it is ready', () => {
    const startsAt = new Date(Date.parse('2026-11-21T09:00:00Z') + 86_400_000).toISOString();
    const world = new World(inputOf({ startsAt }));
    expect(world.state.life.state).toBe('scheduled');
    expect(world.untilState('live')).toBe(true);
    expect(world.state.life.liveAt).toBeLessThan(Date.parse(startsAt));
    expect(world.state.life.startedAt).toBeLessThan(Date.parse(world.state.plan.layout.createdAt) - 80_000_000);
  });
});
