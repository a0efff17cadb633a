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
    expect(certificate?.resources).toHaveLength(14);
    // Times keep their hash when the extension takes zeros off their fractions.
    expect(JSON.stringify(certificate)).not.toMatch(/T[\d:]+\.\d*Z/);
    expect(world.violations).toEqual([]);
  });

  it('takes hardly longer than the longest chain: no node waits for another that it does not need', () => {
    const world = new World(inputOf(), { fate: (node) => ({ fate: 'done', seconds: node.expectedSeconds }) });
    world.untilState('live');
    const finished = (id: string) => world.state.nodes[id]?.finishedAt ?? Number.NaN;
    const started = (id: string) => world.state.nodes[id]?.startedAt ?? Number.NaN;
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
    expect(world.state.error).toMatchObject({ node: 'mixer-french', consequence: 'rolled back: nothing remains' });
    expect(world.violations).toEqual([]);
  });

  it('removes the stream keys of a deployment that preflight refuses', () => {
    const world = new World(inputOf({ youtubeKeys: ['a', 'b', 'c'] }), {
      fate: (node) => (node.node === 'preflight' ? { fate: 'failed', failure: broken } : undefined),
    });
    expect(world.untilFinished()).toBe(true);
    const removal = world.started.get(`${world.input.deploymentId}-delete-1`);
    expect(removal?.input).toMatchObject({ secrets: true, languages: ['original', 'spanish', 'french'] });
    expect(world.states).toEqual(['preflight', 'rolling-back', 'failed']);
  });

  it.each(ELSEWHERE)('tries the next VM size on $class errors, with a new machine beside the failed one', (failure) => {
    const world = new World(inputOf({ vmSizes: ['Standard_D2s_v3', 'Standard_D2s_v5'] }), {
      fate: (node) =>
        node.spec.kind === 'mixer' && node.spec.language === 'french' && node.spec.vmSize === 'Standard_D2s_v3'
          ? { fate: 'failed', failure }
          : undefined,
    });
    expect(world.untilState('live')).toBe(true);
    world.run(undefined, 3600);
    expect(world.resources.has('mixer-french-demo-2')).toBe(true);
    expect(world.resources.has('nic-french-demo-2')).toBe(true);
    expect(world.resources.has('mixer-french-demo')).toBe(false);
    expect(world.state.nodes['mixer-french']).toMatchObject({ state: 'done', attempt: 2 });
    expect(world.violations).toEqual([]);
  });

  it.each(ELSEWHERE)(
    'moves to the next region when every size is gone ($class), in a new group, with its secrets',
    (failure) => {
      const world = new World(inputOf({ regions: ['westeurope', 'northeurope'] }), {
        fate: (node) =>
          node.spec.kind === 'mixer' && node.region === 'westeurope' ? { fate: 'failed', failure } : undefined,
      });
      expect(world.untilState('live')).toBe(true);
      expect(world.states).toEqual(['preflight', 'provisioning', 'rolling-back', 'provisioning', 'verifying', 'live']);
      expect(world.state.layout.region).toBe('northeurope');
      expect(world.state.groups).toHaveLength(2);
      expect(world.started.get(`${world.input.deploymentId}-delete-1`)?.input).toMatchObject({ secrets: false });
      expect([...world.resources].filter((name) => name.startsWith('streaming-demo'))).toEqual([
        world.state.layout.resourceGroup,
      ]);
      expect(world.violations).toEqual([]);
    },
  );

  it('keeps the remains of a failure when asked to, until the TTL', () => {
    const world = new World(inputOf({ keepOnFailure: true, ttl: '1h' }), {
      fate: (node) => (node.node === 'check-relay' ? { fate: 'failed', failure: broken } : undefined),
    });
    expect(world.run((w) => outcomeOf(w, deploy) !== undefined)).toBe(true);
    expect(world.state.state).toBe('failed');
    expect(world.resources.size).toBeGreaterThan(5);
    const extend = world.command({ command: 'extend', ttlSeconds: 7200 }, '0000000000000001');
    const pause = world.command({ command: 'pause' }, '0000000000000002');
    world.run((w) => w.operations.size >= 3);
    expect(world.operations.get(extend)).toMatchObject({ outcome: 'done' });
    expect(world.operations.get(pause)).toMatchObject({ outcome: 'refused' });
    expect(world.untilFinished()).toBe(true);
    expect(world.now - Date.parse(world.state.layout.createdAt)).toBeGreaterThan(7200_000);
    expect(world.states.slice(-2)).toEqual(['tearing-down', 'gone']);
    expect(world.resources.size).toBe(0);
  });

  it('finds nodes that die without a word', () => {
    const world = new World(inputOf(), {
      fate: (node) => (node.node === 'vnet' ? { fate: 'dies' } : undefined),
      sweep: 60,
    });
    expect(world.untilFinished()).toBe(true);
    expect(world.state.error?.failure.code).toBe('NodeDied');
    expect(world.resources.size).toBe(0);
  });

  it('repeats a removal that failed, and a repeated teardown does so at once', () => {
    let locked = true;
    const world = new World(inputOf(), {
      removal: () => (locked ? { class: 'conflict', code: 'ScopeLocked', message: 'there is a lock' } : 'gone'),
    });
    world.untilState('live');
    const teardown = world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilState('failed')).toBe(true);
    expect(world.state.operations).toMatchObject([
      { operationId: teardown, failed: expect.stringContaining('ScopeLocked') },
    ]);
    locked = false;
    world.command({ command: 'teardown' }, 'teardown');
    expect(world.untilFinished()).toBe(true);
    expect(world.state.removals).toBe(2);
    expect(world.operations.get(teardown)).toMatchObject({ outcome: 'done' });
    expect(world.resources.size).toBe(0);
  });

  it('begins a scheduled event so early that it is ready', () => {
    const startsAt = new Date(Date.parse('2026-11-21T09:00:00Z') + 86_400_000).toISOString();
    const world = new World(inputOf({ startsAt }));
    expect(world.state.state).toBe('scheduled');
    expect(world.untilState('live')).toBe(true);
    expect(world.state.liveAt).toBeLessThan(Date.parse(startsAt));
    expect(world.state.startedAt).toBeLessThan(Date.parse(world.state.layout.createdAt) - 80_000_000);
  });
});
