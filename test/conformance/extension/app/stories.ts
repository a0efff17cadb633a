/**
 * What happens to events, told over HTTP in the same words to two engines. Components are called as the template calls them;
 * nothing else is known of the app. Every story ends with an event that is gone, and tells what it left.
 */
import type { Stack } from './stack.ts';
import { type Told, told } from './told.ts';

type Tell = (stack: Stack) => Promise<Told>;

export interface Story {
  tell: Tell;
  /** What every engine answers. */
  outcomes: Record<string, string>;
}

const MACHINES = 'Microsoft.Compute/virtualMachines';
const CONTAINERS = 'Microsoft.ContainerInstance/containerGroups';
const LOST = 'northeurope';
const KEYS = { original: 'aaaa-bbbb-0001', french: 'aaaa-bbbb-0002', spanish: 'aaaa-bbbb-0003' };

/** @throws when it is not accepted */
async function deploy(stack: Stack, event: string, request: object, key: string = event): Promise<string> {
  const { status, body } = await stack.call('POST', '/api/deploy', { event, ...request }, { 'idempotency-key': key });
  if (status !== 202) throw new Error(`${event} is not deployed: ${status} ${JSON.stringify(body)}`);
  return String(status);
}

/** Tears down, and waits until nothing is left. */
async function teardown(stack: Stack, event: string, outcomes: Record<string, string>): Promise<Told> {
  outcomes.teardown = await stack.command('/api/teardown', { event, confirm: true });
  await stack.state(event, 'gone');
  return told(stack, event, outcomes);
}

/** Everything an operator does, in one life. */
const life: Tell = async (stack) => {
  const begun = performance.now();
  const outcomes: Record<string, string> = {
    deploy: await deploy(stack, 'sunday', { languages: Object.keys(KEYS), youtubeKeys: KEYS, ttl: '6h' }),
  };
  await stack.state('sunday', 'live');
  const liveAfter = performance.now() - begun;
  const at = '/api/events/sunday';
  outcomes.again = String((await stack.call('POST', '/api/deploy', { event: 'sunday' })).status);
  outcomes.extend = await stack.command(`${at}/extend`, { ttl: '8h' });
  outcomes.add = await stack.command(`${at}/languages`, { add: ['german'], youtubeKeys: { german: 'aaaa-bbbb-0004' } });
  outcomes.remove = await stack.command(`${at}/languages`, { remove: ['spanish'] });
  outcomes.pause = await stack.command(`${at}/pause`, {});
  outcomes.resume = await stack.command(`${at}/resume`, {});
  // What is healthy is not restarted: it must have been heard first.
  await stack.until(at.replace('events', 'status'), ({ health }) => (health as { state: string }).state === 'healthy');
  outcomes.remediate = await stack.command(`${at}/remediate`, { component: 'mixer-french', rung: 'restart' });
  return { ...(await teardown(stack, 'sunday', outcomes)), liveAfter };
};

/** A machine that Azure refuses: all of it is rolled back. */
const fault: Tell = async (stack) => {
  await stack.fault('fault', {
    match: { type: MACHINES, name: '*french-sorry*', operation: 'create' },
    outcome: { kind: 'error', status: 400, code: 'InvalidParameter', message: 'no' },
  });
  const outcomes = { deploy: await deploy(stack, 'sorry', { languages: ['original', 'french'] }) };
  await stack.state('sorry', 'failed');
  await stack.fault('fault');
  return told(stack, 'sorry', outcomes);
};

/** A mixer that falls silent: seen by the sweep, restarted, live again. */
const remedy: Tell = async (stack) => {
  const outcomes: Record<string, string> = { deploy: await deploy(stack, 'ailing', { languages: ['original'] }) };
  await stack.state('ailing', 'live');
  await stack.fault('remedy', {
    match: { type: MACHINES, name: '*original-ailing*' },
    times: 1,
    outcome: { kind: 'silent' },
  });
  await stack.state('ailing', ['degraded', 'remediating']);
  await stack.state('ailing', 'live');
  await stack.fault('remedy');
  return teardown(stack, 'ailing', outcomes);
};

/** A region that is lost: the event moves to the next one, and what it left behind goes when the region answers again. */
const relocation: Tell = async (stack) => {
  const regions = [LOST, 'westeurope'];
  const outcomes: Record<string, string> = {
    deploy: await deploy(stack, 'moving', { languages: ['original'], regions }),
  };
  await stack.state('moving', 'live');
  await stack.fault(
    'relocation',
    ...[MACHINES, CONTAINERS].map((type) => ({
      match: { type, region: LOST },
      outcome: { kind: 'silent' },
      times: type === MACHINES ? 1 : 2,
    })),
    {
      match: { type: '*', region: LOST, operation: 'any' },
      outcome: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    },
  );
  // While a remedy is under way it may be refused: then it is asked for again, as an operator does.
  do {
    await stack.state('moving', 'degraded');
    outcomes.relocate = await stack.command('/api/events/moving/relocate', {});
  } while (/refused/.test(outcomes.relocate));
  const { region } = await stack.state('moving', 'live');
  outcomes.region = String(region);
  await stack.fault('relocation');
  return teardown(stack, 'moving', outcomes);
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
  return { outcomes, certificate: null, journal: [], requests: [] };
};

export const STORIES: Readonly<Record<string, Story>> = {
  life: {
    tell: life,
    outcomes: {
      ...{ deploy: '202', again: '409', extend: 'done', add: 'done', remove: 'done', pause: 'done', resume: 'done' },
      remediate: 'refused: mixer-french is healthy; nothing destructive is done to it',
      teardown: 'done',
    },
  },
  fault: { tell: fault, outcomes: { deploy: '202' } },
  remedy: { tell: remedy, outcomes: { deploy: '202', teardown: 'done' } },
  relocation: {
    tell: relocation,
    outcomes: { deploy: '202', relocate: 'done', region: 'westeurope', teardown: 'done' },
  },
  reaper: {
    tell: reaper,
    outcomes: { orphan: '201', held: '201', reaped: '["streaming-ghost-1"]', stays: 'true', unheld: '202' },
  },
};
