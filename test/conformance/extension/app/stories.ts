/**
 * What happens to events, told over HTTP in the same words to two engines. Components are called as the template calls them;
 * nothing else is known of the app. Every story ends with an event that is gone, and tells what it left.
 */
import { deploy, deployInVain, loseRegion, relocate, silence, teardown } from './acts.ts';
import type { Stack } from './stack.ts';
import { changes, type Told, told } from './told.ts';

type Tell = (stack: Stack) => Promise<Told>;

const KEYS = { original: 'aaaa-bbbb-0001', french: 'aaaa-bbbb-0002', spanish: 'aaaa-bbbb-0003' };

export interface Story {
  tell: Tell;
  /** What every engine answers. */
  outcomes: Record<string, string>;
  /** The states that its event goes through, without dips of health. */
  states: string[];
}

/** From the request to LIVE, and from LIVE until nothing is left. */
const RISING = ['preflight', 'provisioning', 'verifying', 'live'];
const LEAVING = ['tearing-down', 'gone'];
const CHANGED = ['changing', 'live'];

/** Everything an operator does, in one life. */
const life: Tell = async (stack) => {
  const begun = performance.now();
  const outcomes: Record<string, string> = {
    deploy: await deploy(stack, 'sunday', { languages: Object.keys(KEYS), youtubeKeys: KEYS, ttl: '6h' }),
  };
  await stack.state('sunday', 'live');
  const liveAfter = performance.now() - begun;
  const at = '/api/events/sunday';
  // As an operator does it: not while a mixer that was missed is being looked after.
  const ask = async (what: string, body: object, when = 'live') => {
    await stack.state('sunday', when);
    return stack.command(`${at}/${what}`, body);
  };
  outcomes.again = String((await stack.call('POST', '/api/deploy', { event: 'sunday' })).status);
  outcomes.extend = await ask('extend', { ttl: '8h' });
  outcomes.add = await ask('languages', { add: ['german'], youtubeKeys: { german: 'aaaa-bbbb-0004' } });
  outcomes.remove = await ask('languages', { remove: ['spanish'] });
  outcomes.pause = await ask('pause', {});
  outcomes.resume = await ask('resume', {}, 'paused');
  // What is healthy is not restarted: it must have been heard first.
  await stack.until('/api/status/sunday', ({ health }) => (health as { state: string }).state === 'healthy');
  outcomes.remediate = await ask('remediate', { component: 'mixer-french', rung: 'restart' });
  return { ...(await teardown(stack, 'sunday', outcomes)), liveAfter };
};

/** A machine that Azure refuses: all of it is rolled back. */
const fault: Tell = async (stack) => {
  const outcomes = { deploy: await deployInVain(stack, 'sorry', ['original', 'french'], 'french') };
  await stack.state('sorry', 'failed');
  await stack.fault('sorry');
  return told(stack, 'sorry', outcomes);
};

/** A mixer that falls silent: seen by the sweep, restarted, live again. */
const remedy: Tell = async (stack) => {
  const outcomes: Record<string, string> = { deploy: await deploy(stack, 'ailing', { languages: ['original'] }) };
  await stack.state('ailing', 'live');
  await silence(stack, 'ailing');
  await stack.state('ailing', ['degraded', 'remediating']);
  await stack.state('ailing', 'live');
  return teardown(stack, 'ailing', outcomes);
};

/** A region that is lost: the event moves to the next one, and what it left behind goes when the region answers again. */
const relocation: Tell = async (stack) => {
  const regions = ['northeurope', 'westeurope'];
  const outcomes: Record<string, string> = {
    deploy: await deploy(stack, 'moving', { languages: ['original'], regions }),
  };
  await stack.state('moving', 'live');
  await loseRegion(stack, 'moving', 'northeurope');
  outcomes.relocate = await relocate(stack, 'moving');
  const { region } = await stack.state('moving', 'live');
  outcomes.region = String(region);
  await stack.fault('moving');
  return teardown(stack, 'moving', outcomes);
};

/** A lifecycle that somebody terminates: nothing is taken off the air, and who tears the event down hears what it had been told. */
const terminated: Tell = async (stack) => {
  const outcomes: Record<string, string> = { deploy: await deploy(stack, 'orphaned', { languages: ['original'] }) };
  const { deploymentId } = await stack.state('orphaned', 'live');
  const instances = '/runtime/webhooks/durabletask/instances';
  // A mixer's first word makes the event live before its check has looked: what that reports would meet the termination.
  const check = `${instances}/${deploymentId}-check-mixer-original-1`;
  await stack.until(check, ({ runtimeStatus }) => /^(Completed|Failed|Terminated)$/.test(String(runtimeStatus)));
  const instance = `${instances}/event-orphaned`;
  outcomes.terminate = String((await stack.call('POST', `${instance}/terminate?reason=story`)).status);
  await stack.state('orphaned', 'broken');
  outcomes.extend = String((await stack.call('POST', '/api/events/orphaned/extend', { ttl: '90h' })).status);
  return teardown(stack, 'orphaned', outcomes);
};

/** A group of ours that nobody looks after any more: the reaper takes it, and nothing that only looks like it. */
const reaper: Tell = async (stack) => {
  const tags = {
    'managed-by': 'stream-control',
    purpose: 'streaming-event',
    auto_cleanup: 'true',
    expires: '2026-01-01T00:00:00.000Z',
    event: 'ghost',
    deployment: 'ghost-mabc1234-a1b2c3d4',
  };
  const orphan = 'streaming-ghost-1';
  const held = 'streaming-ghost-2';
  const outcomes: Record<string, string> = {
    orphan: await stack.arm('PUT', orphan, { location: 'westeurope', tags }),
    held: await stack.arm('PUT', held, { location: 'westeurope', tags: { ...tags, hold: 'true' } }),
  };
  const { body } = await stack.call('POST', '/api/reaper');
  outcomes.reaped = JSON.stringify((body.reaped as { group: string }[]).map(({ group }) => group));
  await stack.gone(orphan);
  outcomes.stays = String((await stack.groups()).includes(held));
  outcomes.unheld = await stack.arm('DELETE', held);
  await stack.gone(held);
  return { outcomes, certificate: null, journal: [], requests: await changes(stack, 'ghost') };
};

export const STORIES: Readonly<Record<string, Story>> = {
  life: {
    tell: life,
    outcomes: {
      ...{ deploy: '202', again: '409', extend: 'done', add: 'done', remove: 'done', pause: 'done', resume: 'done' },
      remediate: 'refused: mixer-french is healthy; nothing destructive is done to it',
      teardown: 'done',
    },
    states: [...RISING, ...CHANGED, ...CHANGED, 'changing', 'paused', ...CHANGED, ...LEAVING],
  },
  fault: { tell: fault, outcomes: { deploy: '202' }, states: ['preflight', 'provisioning', 'rolling-back', 'failed'] },
  remedy: {
    tell: remedy,
    outcomes: { deploy: '202', teardown: 'done' },
    states: [...RISING, 'degraded', 'remediating', 'live', ...LEAVING],
  },
  relocation: {
    tell: relocation,
    outcomes: { deploy: '202', relocate: 'done', region: 'westeurope', teardown: 'done' },
    states: [...RISING, 'provisioning', 'verifying', 'live', ...LEAVING],
  },
  terminated: {
    tell: terminated,
    outcomes: { deploy: '202', terminate: '202', extend: '409', teardown: 'done' },
    states: [...RISING, ...LEAVING],
  },
  reaper: {
    tell: reaper,
    outcomes: { orphan: '201', held: '201', reaped: '["streaming-ghost-1"]', stays: 'true', unheld: '202' },
    states: [],
  },
};
