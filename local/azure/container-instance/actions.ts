/** Restart, start, stop and logs of container groups; what a platform does to them by itself is in behave.ts. */
import { refuse } from '../core/constraint.ts';
import { child, children, type JsonObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Action } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { markTransition, refuseTransition } from './group.ts';
import { containersOf, lifeOf } from './instance-view.ts';
import { type Life, moment, type PastEvent, STARTED } from './life.ts';
import { logs } from './logs.ts';
import { RESTARTING } from './timing.ts';

/** Ends the current run and starts the next from the node's cached image. @returns Azure seconds until it runs */
export function restartLife(
  sim: Sim<'time' | 'draws' | 'jobs' | 'operations'>,
  resource: Resource,
  exit: { code: number; detail: string },
): number {
  const before = lifeOf(sim, resource);
  const now = sim.time.now();
  const seconds = sim.draws.seconds(RESTARTING, `${resource.id.toLowerCase()} restart`);
  const first = containersOf(resource)[0] ?? { name: resource.name, image: '' };
  const was = moment(before, now, first);
  const killing: PastEvent = {
    name: 'Killing',
    message: `Killing container ${first.name}`,
    type: 'Normal',
    count: 1,
    first: now,
    last: now,
  };
  const ran = was.state === 'Running';
  const life: Life = {
    pullAt: now,
    pulledAt: Math.round(now + (seconds / 2) * before.second),
    startedAt: Math.round(now + seconds * before.second),
    second: before.second,
    restarts: was.restarts + (ran ? 1 : 0),
    past: [...was.events, ...(ran ? [killing] : [])].slice(-12),
  };
  if (was.since !== undefined)
    life.previous = { exitCode: exit.code, startedAt: was.since, finishedAt: now, detail: exit.detail };
  if (before.pullFails) life.pullFails = true;
  resource.hidden.life = life;
  sim.jobs.schedule(STARTED, seconds, { id: resource.id, startedAt: life.startedAt });
  return seconds;
}

const restart: Action<'time' | 'draws' | 'jobs' | 'resources' | 'operations'> = {
  run({ sim, resource }) {
    refuseTransition(sim, resource);
    restartLife(sim, resource, { code: 0, detail: 'Completed' });
    markTransition(sim, resource);
    sim.resources.save(resource);
    return { response: { status: 204 } };
  },
};

const start: Action<'time' | 'draws' | 'jobs' | 'resources' | 'operations'> = {
  run({ sim, resource }) {
    refuseTransition(sim, resource);
    const life = resource.hidden.life as Life;
    const stopped = life.stoppedAt !== undefined;
    const seconds = stopped ? restartLife(sim, resource, { code: 0, detail: 'Stopped' }) : 1;
    markTransition(sim, resource);
    sim.resources.save(resource);
    return { plan: { status: 202, duration: seconds, state: null } };
  },
};

const stop: Action<'time' | 'resources' | 'operations'> = {
  run({ sim, resource }) {
    refuseTransition(sim, resource);
    const life = resource.hidden.life as Life;
    life.stoppedAt ??= sim.time.now();
    markTransition(sim, resource);
    sim.resources.save(resource);
    return { response: { status: 204 } };
  },
};

/** What a container of a group has written. */
export function linesOf(
  sim: Sim<'time' | 'operations'>,
  resource: Resource,
  container: JsonObject,
  options: { tail: number | undefined; timestamps: boolean },
): string {
  const inner = child(container, 'properties');
  const ports = children(inner, 'ports').map((port) => `${port.port}/${String(port.protocol ?? 'TCP').toLowerCase()}`);
  const named = { name: text(container, 'name') ?? '', image: text(inner, 'image') ?? '', ports };
  return logs(sim, lifeOf(sim, resource), named, options);
}

const readLogs: Action<'time' | 'operations'> = {
  method: 'GET',
  run({ sim, resource, query, wildcards }) {
    const name = wildcards[0] ?? '';
    const container = children(resource.properties, 'containers').find((one) => text(one, 'name') === name);
    if (!container) throw refuse(C.containerNotFound, { name, group: resource.name });
    const tail = query.get('tail');
    const content = linesOf(sim, resource, container, {
      tail: tail ? Number(tail) : undefined,
      timestamps: query.get('timestamps') === 'true',
    });
    return { response: { status: 200, body: { content } } };
  },
};

export const ACTIONS: Record<string, Action<'time' | 'draws' | 'jobs' | 'resources' | 'operations'>> = {
  restart,
  start,
  stop,
  'containers/*/logs': readLogs,
};
