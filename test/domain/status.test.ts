import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { other } from '../../contract/problems.ts';
import { NODE_STATES } from '../../domain/lifecycle/entries.ts';
import type { LifecycleState } from '../../domain/lifecycle/state.ts';
import type { Failure } from '../../domain/seam/failure.ts';
import { decodeStatus } from '../../domain/status/decode.ts';
import { deploymentStatus } from '../../domain/status/deployment-status.ts';
import { clip, encodeStatus } from '../../domain/status/encode.ts';
import { eventStatus } from '../../domain/status/event-status.ts';
import { operationOutcome } from '../../domain/status/operation-outcome.ts';
import { inputOf, languages, T0 } from './fixtures.ts';
import { broken, capacity, World } from './world.ts';

const hostile = fc.oneof(
  fc.string({ minLength: 0, maxLength: 3000, unit: 'binary' }),
  fc.constant('"\\\n'.repeat(2000)),
  fc.constant('\u0000'.repeat(2000)),
  fc.constant('\ud800'.repeat(1500)),
);
const failure: fc.Arbitrary<Failure> = fc.record({
  class: fc.constantFrom('capacity' as const, 'authorisation' as const),
  code: hostile,
  message: hostile,
  resource: hostile,
  advice: hostile,
});

describe('the custom status', () => {
  it('stays below 16 KB of UTF-16 at 50 languages with the longest errors, and keeps what must be there', () => {
    const long = languages(50).map((each) => `${each}aaaaaaaaaa-bbbbbbbb`);
    const input = inputOf({ event: 'a2345678901234567890', languages: long, vmSizes: ['Standard_A', 'Standard_B'] });
    const base = new World(input).state;
    fc.assert(
      fc.property(
        failure,
        fc.array(hostile, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 600_000 }),
        (error, texts, count, seconds) => {
          const at = T0 + seconds * 1000;
          const nodes: LifecycleState['work']['nodes'] = {};
          for (const [index, id] of Object.keys(base.work.nodes).entries())
            nodes[id] = {
              state: NODE_STATES[index % NODE_STATES.length] ?? 'failed',
              attempt: 1295,
              startedAt: at,
              finishedAt: at + 604_800_000,
              failure: error,
              facts: { ip: '255.255.255.255', fqdn: texts[0] ?? '' },
            };
          const state: LifecycleState = {
            ...base,
            life: { ...base.life, state: 'rolling-back', since: at, liveAt: at },
            work: { ...base.work, nodes },
            plan: {
              ...base.plan,
              layout: {
                ...base.plan.layout,
                members: base.plan.layout.members.map((each) => ({ ...each, variant: 999, slot: 59 })),
              },
            },
            commands: {
              ...base.commands,
              open: Array.from({ length: count }, (_, index) => ({
                operationId: `${input.deploymentId}-op-${index.toString(16).padStart(16, '0')}`,
                name: index === count - 1 ? ('teardown' as const) : ('languages' as const),
                by: texts[0] ?? '',
                at,
                failed: texts[0] ?? '',
              })),
              last: {
                operationId: 'x',
                command: 'deploy',
                outcome: 'failed',
                at: new Date(at).toISOString(),
                reason: texts[0] ?? '',
                deploymentId: '',
                event: '',
                by: '',
              },
            },
            end: { ...base.end, at, error: { failure: error, node: 'mixer-french', consequence: texts[0] ?? '' } },
            health: {
              ...base.health,
              components: Object.fromEntries(
                long.map((each) => [`mixer-${each}`, { healthy: false, since: at, problems: texts.map(other), at }]),
              ),
            },
            remedies: {
              ...base.remedies,
              running: Object.fromEntries(long.map((each) => [`mixer-${each}`, { rung: 'restart', stage: 'act' }])),
            },
            journal: {
              ...base.journal,
              entries: texts.map((text) => ({ at: new Date(at).toISOString(), code: text, text })),
            },
          };
          const encoded = encodeStatus(input, state);
          expect(JSON.stringify(encoded).length * 2).toBeLessThanOrEqual(16_384);
          const decoded = decodeStatus(input, encoded);
          expect(decoded.nodes.map((node) => [node.id, node.state, node.attempt])).toEqual(
            Object.entries(nodes).map(([id, node]) => [id, node.state, node.attempt]),
          );
          expect(decoded.state).toBe('rolling-back');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('clips by the length of the JSON, not of the text', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 400 }), (text, longest) => {
        expect(JSON.stringify(clip(text, longest)).length - 2).toBeLessThanOrEqual(Math.max(longest, 1));
      }),
    );
    expect(clip('short', 10)).toBe('short');
  });

  it('is read back as it was, through a whole life', () => {
    const input = inputOf();
    const world = new World(input, {
      fate: (node) =>
        node.spec.kind === 'public-ip'
          ? { fate: 'done', facts: { ip: `20.1.2.${node.node.length}` } }
          : node.node === 'relay'
            ? { fate: 'done', facts: { fqdn: 'relay.example' } }
            : undefined,
    });
    world.untilState('live');
    const live = decodeStatus(input, encodeStatus(input, world.state));
    expect(live.addresses).toMatchObject({
      'mixer-original': '20.1.2.12',
      'mixer-spanish': '20.1.2.11',
      'mixer-french': '20.1.2.10',
    });
    expect(live.hosts.relay).toBe('relay.example');
    expect(live.nodes.every(({ state }) => state === 'done')).toBe(true);
    expect(Math.abs(Date.parse(live.liveAt ?? '') - (world.state.life.liveAt ?? 0))).toBeLessThanOrEqual(1000);
    expect(live.resourceGroup).toBe(world.state.plan.layout.resourceGroup);
  });
});

describe('the views of the doors', () => {
  it('follow a deployment from nothing to live, with progress that never falls', () => {
    const input = inputOf();
    expect(deploymentStatus(input, undefined, T0)).toMatchObject({ state: 'preflight', progress: 0, nodes: [] });
    const world = new World(input);
    let last = 0;
    while (world.state.life.state !== 'live') {
      world.run(undefined, 5);
      const view = deploymentStatus(input, encodeStatus(input, world.state), world.now);
      expect(view.progress).toBeGreaterThanOrEqual(last - 0.001);
      last = view.progress;
    }
    const view = deploymentStatus(input, encodeStatus(input, world.state), world.now);
    expect(view).toMatchObject({ state: 'live', phase: 'live', progress: 1, finishedAt: null });
    expect(view.nodes[0]).toMatchObject({
      id: 'resource-group',
      kind: 'Microsoft.Resources/resourceGroups',
      state: 'done',
    });
    expect(view.nodes.map(({ id }) => id)).not.toContain('preflight');
  });

  it('tell where to send, what it costs, and nothing secret', () => {
    const input = inputOf({ youtubeKeys: ['a-key', 'b-key', 'c-key'] });
    const world = new World(input);
    world.untilState('live');
    world.run(undefined, 3600);
    const view = eventStatus(input, encodeStatus(input, world.state), world.now);
    expect(view).toMatchObject({
      state: 'live',
      health: { state: 'healthy' },
      languages: ['original', 'spanish', 'french'],
    });
    expect(view.connection?.srtUrl).toMatch(/^srt:\/\/demo-relay-\w+\.westeurope\.azurecontainer\.io:9998/);
    expect(view.connection?.slidesUrl).toContain(':9997');
    expect(view.cost.perHour).toBeCloseTo(1.15 * (0.0988 + 0.0494 + 3 * (0.188 + 0.005 + 9.6 / 730)), 5);
    expect(view.cost.soFar).toBeGreaterThan(view.cost.perHour);
    expect(JSON.stringify(view)).not.toContain('-key');
    expect(view.lastOperation).toMatchObject({ command: 'deploy', outcome: 'done' });
  });

  it('say why a deployment failed', () => {
    const input = inputOf();
    const world = new World(input, {
      fate: (node) =>
        node.node === 'mixer-french' ? { fate: 'failed', failure: { ...broken, advice: 'change it' } } : undefined,
    });
    world.untilFinished();
    const record = world.record;
    if (!record) throw new Error('no record');
    const view = deploymentStatus(record.input, record.status, world.now);
    expect(view).toMatchObject({
      state: 'failed',
      phase: 'ended',
      error: {
        code: 'InvalidParameter',
        node: 'mixer-french',
        advice: 'change it',
        consequence: expect.stringContaining('rolled back'),
      },
    });
    expect(view.nodes.find(({ id }) => id === 'mixer-french')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('InvalidParameter'),
    });
    expect(eventStatus(record.input, record.status, world.now)).toMatchObject({
      state: 'failed',
      connection: null,
      cost: { perHour: 0 },
    });
  });

  it('do not take one language for another whose name ends alike', () => {
    const input = inputOf({ languages: ['br', 'pt-br'] });
    const world = new World(input);
    world.untilState('live');
    world.command({ command: 'languages', add: [], remove: ['br'], keysGiven: false }, '0'.repeat(16));
    world.untilState('changing');
    const view = deploymentStatus(input, encodeStatus(input, world.state), world.now);
    expect(view.nodes.some(({ id }) => id === 'pip-pt-br')).toBe(true);
    expect(view.nodes.some(({ id }) => id === 'pip-br')).toBe(false);
  });
});

describe('what became of a command', () => {
  const input = inputOf();
  const id = `${input.deploymentId}-op-teardown`;
  it('is pending, accepted, then what its record says', () => {
    const world = new World(input);
    world.untilState('live');
    const status = () => ({ status: encodeStatus(input, world.state), ended: world.state.end.finished === true });
    expect(operationOutcome(id, undefined, status())).toMatchObject({
      outcome: 'pending',
      command: 'teardown',
      event: 'demo',
    });
    world.command({ command: 'teardown' }, 'teardown');
    world.untilState('tearing-down');
    expect(operationOutcome(id, undefined, status())).toMatchObject({ outcome: 'accepted' });
    world.untilFinished();
    expect(operationOutcome(id, world.operations.get(id), status())).toMatchObject({ outcome: 'done' });
    const late = `${input.deploymentId}-op-${'0'.repeat(16)}`;
    expect(operationOutcome(late, undefined, status())).toMatchObject({ outcome: 'refused' });
    expect(operationOutcome('nonsense', undefined, status())).toBeUndefined();
  });
  it('is failed while a removal could not be done, with why', () => {
    const world = new World(input, { removal: () => ({ ...capacity, code: 'ScopeLocked' }) });
    world.untilState('live');
    world.command({ command: 'teardown' }, 'teardown');
    world.untilState('failed');
    const outcome = operationOutcome(id, undefined, { status: encodeStatus(input, world.state), ended: false });
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('ScopeLocked') });
  });
});
