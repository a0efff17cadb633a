/** Nothing healthy is taken off the air: alerts of every order, and causes before what hangs on them. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { other, type Problem, problemText } from '../../contract/problems.ts';
import { done, live } from './live.ts';
import { broken, type World } from './world.ts';

const iso = (time: number) => new Date(time).toISOString();
const fire = (world: World, more: Record<string, unknown> = {}) =>
  world.send({
    type: 'alert',
    alertId: 'a1',
    component: 'mixer-french',
    fired: true,
    title: 'down',
    at: iso(world.now),
    ...more,
  });
const say = (world: World, component: string, ...problems: Problem[]) =>
  world.send({ type: 'health', component, healthy: problems.length === 0, problems, at: iso(world.now) });
const remedies = (world: World) => [...world.started.keys()].flatMap((id) => /-remedy-(.*)-\d+$/.exec(id)?.[1] ?? []);
const codes = (world: World) => world.state.journal.entries.map(({ code }) => code);
const SILENT: Problem = { code: 'source-silent', source: 'programme' };
const OFF: Problem = { code: 'stream-not-connected' };
const LANGUAGES = ['original', 'french', 'spanish'];

describe('alerts', () => {
  it('without a word of its own, a component that fails by Azure’s account is helped', () => {
    const world = live();
    fire(world);
    expect(world.untilState('remediating')).toBe(true);
    expect(remedies(world)).toEqual(['mixer-french']);
  });

  it.each([
    ['a witness', (world: World) => fire(world, { witness: iso(world.now) })],
    [
      'a word just before',
      (world: World) => {
        say(world, 'mixer-french');
        world.run(undefined, 5);
        fire(world);
      },
    ],
    [
      'a word after what the alert tells of',
      (world: World) => {
        const at = iso(world.now);
        world.run(undefined, 500);
        say(world, 'mixer-french');
        world.run(undefined, 90);
        fire(world, { at });
      },
    ],
  ])('%s is a veto, and is written down', (_what, tell) => {
    const world = live();
    tell(world);
    world.run(undefined, 1800);
    expect([remedies(world), world.state.life.state]).toEqual([[], 'live']);
    expect(codes(world)).toContain('alert-vetoed');
    expect(world.states).not.toContain('degraded');
  });

  it('a word that comes after the alert takes it back', () => {
    const world = live();
    fire(world);
    world.untilState('degraded');
    world.run(undefined, 10);
    say(world, 'mixer-french');
    world.run(undefined, 1800);
    expect([remedies(world), world.state.life.state]).toEqual([[], 'live']);
  });

  it.each([
    [
      'resolved before it fired',
      [
        { fired: false, offset: -10 },
        { fired: true, offset: -60 },
      ],
    ],
    [
      'at the same moment',
      [
        { fired: false, offset: -60 },
        { fired: true, offset: -60 },
      ],
    ],
    [
      'another of its series that is older',
      [
        { fired: false, offset: -10, series: 'h', alertId: 'b' },
        { fired: true, offset: -20, series: 'h' },
      ],
    ],
    ['without dates', [{ fired: true }, { fired: false }, { fired: true }]],
    [
      'dates in the future',
      [
        { fired: true, offset: 1e6 },
        { fired: false, offset: 1e6 },
        { fired: true, offset: 1e6 },
      ],
    ],
  ])('%s: nothing happens', (_what, told: { fired: boolean; offset?: number; series?: string }[]) => {
    const world = live();
    const start = world.now;
    for (const { offset, ...each } of told) {
      fire(world, { ...each, at: offset === undefined ? undefined : iso(start + offset * 1000) });
      world.run(undefined, 2);
    }
    world.run(undefined, 1800);
    expect([remedies(world), world.state.life.state]).toEqual([[], 'live']);
  });

  it('a rule that fires again counts again: by another id, or the same at another time', () => {
    const world = live();
    for (const more of [{}, { alertId: 'a2' }, {}]) {
      world.run(undefined, 10);
      fire(world, more);
      fire(world, more);
    }
    world.run(undefined, 5);
    expect(codes(world).filter((code) => code === 'alert-fired')).toHaveLength(3);
  });

  it('its own complaint is neither replaced by an alert nor taken back with it', () => {
    const world = live();
    say(world, 'mixer-french', OFF);
    world.run(undefined, 1);
    fire(world);
    world.run(undefined, 1);
    fire(world, { fired: false, at: iso(world.now) });
    world.run(undefined, 1);
    expect(world.state.health.components['mixer-french']).toMatchObject({
      healthy: false,
      problems: [{ code: 'stream-not-connected' }],
    });
  });

  it('what we do ourselves never counts: paused, resumed, replaced, remedied', () => {
    const world = live();
    done(world, { command: 'pause' });
    fire(world);
    done(world, { command: 'resume' });
    fire(world, { alertId: 'a2' });
    world.command({ command: 'replace', component: 'relay', image: 'registry.example/relay:2' }, '7'.repeat(16));
    world.untilState('changing');
    fire(world, { alertId: 'a3', component: 'relay' });
    world.untilState('live');
    fire(world, { alertId: 'a4', component: 'relay' });
    world.run(undefined, 1800);
    expect([remedies(world), world.state.life.state]).toEqual([[], 'live']);
    say(world, 'mixer-french', OFF);
    world.untilState('remediating');
    fire(world, { alertId: 'a5' });
    world.untilState('live');
    fire(world, { alertId: 'a6' });
    world.run(undefined, 1800);
    expect(remedies(world)).toEqual(['mixer-french']);
    expect(codes(world).filter((code) => code === 'alert-vetoed')).toHaveLength(6);
  });
});

describe('causes first', () => {
  const mixersSilent = (world: World, languages = LANGUAGES) => {
    for (const language of languages) say(world, `mixer-${language}`, SILENT);
  };

  it('a relay that comes and goes gets no mixer restarted, and those are judged afresh when it stays', () => {
    const world = live();
    for (let round = 0; round < 12; round++) {
      say(world, 'relay', other('no answer'));
      mixersSilent(world, ['french']);
      world.run(undefined, 100);
      say(world, 'relay');
      world.run(undefined, 140);
    }
    expect(remedies(world).filter((component) => component !== 'relay')).toEqual([]);
    world.run(() => remedies(world).includes('mixer-french'), 1200);
    expect(remedies(world)).toContain('mixer-french');
    expect(world.violations).toEqual([]);
  });

  it('a mixer whose restart does not help because its relay fell ill meanwhile climbs no further', () => {
    const failure = {
      ...broken,
      class: 'unhealthy' as const,
      code: 'HealthCheckFailed',
      message: `Cannot call it healthy after 3 attempts: ${problemText(SILENT)}`,
      problems: [SILENT],
    };
    const world = live({
      fate: ({ node, attempt }) =>
        /^check-(mixer-french|relay)$/.test(node) && attempt > 1 ? { fate: 'failed', failure } : undefined,
    });
    say(world, 'mixer-french', SILENT);
    world.untilState('remediating');
    say(world, 'relay', other('no answer'));
    world.run(undefined, 3500);
    expect(remedies(world).filter((component) => component === 'mixer-french')).toHaveLength(1);
    expect(world.state.plan.layout.members.every(({ variant }) => variant === 1)).toBe(true);
  });

  it('when no mixer gets anything it is the sender, whatever that says: people are called, once', () => {
    const world = live();
    mixersSilent(world);
    world.run(undefined, 3000);
    expect(remedies(world)).toEqual([]);
    expect(world.notifications.filter(({ kind }) => kind === 'people-needed').map(({ text }) => text)).toEqual([
      expect.stringContaining('relay needs a person'),
    ]);
  });

  it.each<Problem>([
    { code: 'source-missing', source: 'programme' },
    { code: 'password-refused' },
    { code: 'stream-key-absent' },
  ])('$code: told, not remedied', (reason) => {
    const world = live();
    say(world, 'mixer-french', reason);
    world.run(undefined, 3000);
    expect([remedies(world), world.state.life.state]).toEqual([[], 'degraded']);
    expect(world.notifications.filter(({ kind }) => kind === 'people-needed')).toHaveLength(1);
  });

  it('another’s grace that ends is not a component’s own', () => {
    const world = live();
    say(world, 'mixer-spanish', OFF);
    world.run(undefined, 110);
    say(world, 'mixer-french', OFF);
    world.run(undefined, 30);
    say(world, 'mixer-french');
    world.run(undefined, 600);
    expect(remedies(world)).toEqual(['mixer-spanish']);
  });
});

it('whatever is said in whatever order, what last said that it is well is not acted on', () => {
  const step = fc.record({
    after: fc.integer({ min: 1, max: 200 }),
    component: fc.constantFrom('relay', 'slides', 'mixer-french', 'mixer-original'),
    what: fc.oneof(
      fc.record({
        kind: fc.constant('word' as const),
        reason: fc.constantFrom(undefined, SILENT, OFF, other('no heartbeat')),
      }),
      fc.record({
        kind: fc.constant('alert' as const),
        fired: fc.boolean(),
        id: fc.constantFrom('a', 'b', 'c'),
        offset: fc.option(fc.integer({ min: -4000, max: 400 }), { nil: undefined }),
      }),
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer(), (steps, seed) => {
      const world = live({ seed });
      const well = new Map<string, number>();
      let seen = world.started.size;
      /** Nothing was begun on a component that said a moment ago, and last, that it is well. */
      const check = () => {
        for (const id of [...world.started.keys()].slice(seen)) {
          const component = /-remedy-(.*)-\d+$/.exec(id)?.[1];
          const since = component === undefined ? undefined : well.get(component);
          expect(since === undefined || world.now - since > 60_000, `${id}: said to be well`).toBe(true);
        }
        seen = world.started.size;
      };
      for (const { after, component, what } of steps) {
        for (let second = 0; second < after; second += 10) {
          world.run(undefined, Math.min(10, after - second));
          check();
        }
        if (what.kind === 'word') {
          say(world, component, ...(what.reason === undefined ? [] : [what.reason]));
          if (what.reason === undefined) well.set(component, world.now);
          else well.delete(component);
        } else {
          const at = what.offset === undefined ? undefined : iso(world.now + what.offset * 1000);
          fire(world, { component, fired: what.fired, alertId: what.id, at });
        }
      }
      world.run(undefined, 60);
      check();
      expect(world.violations).toEqual([]);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 20_000 },
  );
}, 40_000);
