/** Worlds brought into each state that an event can be in while its lifecycle runs. */
import { other } from '../../contract/problems.ts';
import type { EventState } from '../../domain/states.ts';
import { inputOf, T0 } from './fixtures.ts';
import { broken, World, type WorldOptions } from './world.ts';

const REGIONS = ['westeurope', 'northeurope'];
const iso = (world: World): string => new Date(world.now).toISOString();
const sicken = (world: World): void =>
  world.send({ type: 'health', component: 'relay', healthy: false, problems: [other('no answer')], at: iso(world) });
const failing: WorldOptions = {
  fate: (node) => (node.node === 'check-relay' ? { fate: 'failed', failure: broken } : undefined),
};

const WAYS: Record<Exclude<EventState, 'gone' | 'broken'>, (options: WorldOptions) => World> = {
  scheduled: (options) =>
    new World(inputOf({ ttl: '2h', startsAt: new Date(T0 + 5 * 3_600_000).toISOString() }), options),
  preflight: (options) => new World(inputOf({ ttl: '2h', regions: REGIONS }), options),
  provisioning: (options) => live(options, 'provisioning'),
  verifying: (options) => live(options, 'verifying'),
  live: (options) => live(options, 'live'),
  degraded(options) {
    const world = live(options, 'live');
    sicken(world);
    world.untilState('degraded');
    return world;
  },
  remediating(options) {
    const world = live(options, 'live');
    sicken(world);
    world.untilState('remediating');
    return world;
  },
  changing(options) {
    const world = live(options, 'live');
    world.command({ command: 'languages', add: ['german'], remove: [], keysGiven: false }, 'e'.repeat(16));
    world.untilState('changing');
    return world;
  },
  paused(options) {
    const world = live(options, 'live');
    world.command({ command: 'pause' }, 'f'.repeat(16));
    world.untilState('paused');
    return world;
  },
  'tearing-down'(options) {
    const world = live(options, 'live');
    world.command({ command: 'teardown' }, 'teardown');
    world.untilState('tearing-down');
    return world;
  },
  'rolling-back'(options) {
    const world = new World(inputOf({ ttl: '2h', regions: REGIONS }), { ...options, ...failing });
    world.untilState('rolling-back');
    return world;
  },
  failed(options) {
    const world = new World(inputOf({ ttl: '2h', keepOnFailure: true }), { ...options, ...failing });
    world.run((w) => w.operations.size > 0);
    return world;
  },
};

function live(options: WorldOptions, state: EventState): World {
  const world = new World(inputOf({ ttl: '2h', regions: REGIONS }), options);
  world.untilState(state);
  return world;
}

export const REACHABLE = Object.keys(WAYS) as (keyof typeof WAYS)[];
export const worldIn = (state: keyof typeof WAYS, options: WorldOptions = {}): World => WAYS[state](options);
