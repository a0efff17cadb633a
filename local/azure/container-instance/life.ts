/**
 * What goes on inside a container group, as a function of time: the group stores a few instants, and events, restart counts
 * and states follow from them whenever somebody looks. Nothing has to tick.
 */
import type { JsonObject } from '../core/json.ts';

export interface PastEvent extends JsonObject {
  name: string;
  message: string;
  type: 'Normal' | 'Warning';
  count: number;
  /** ms since the epoch */
  first: number;
  last: number;
}

/** Instants are ms since the epoch; `second` is the length of one Azure second in ms. */
export interface Life extends JsonObject {
  pullAt: number;
  pulledAt: number;
  startedAt: number;
  second: number;
  stoppedAt?: number;
  /** The image cannot be pulled: tried again and again from `pullAt` on. */
  pullFails?: boolean;
  /** The process ends soon after every start, from this instant on. */
  crashingFrom?: number;
  /** The health port answers 503 from then on. */
  unhealthyFrom?: number;
  /** The health port answers nothing from then on. */
  silentFrom?: number;
  /** Restarts before the current start. */
  restarts: number;
  /** How the run before the current one ended. */
  previous?: { exitCode: number; startedAt: number; finishedAt: number; detail: string };
  past: PastEvent[];
}

/** Jobs that other rooms hang on a start of a group's containers; data `{ id, startedAt }`. */
export const STARTED = 'container-instance.started';

export type ContainerState = 'Waiting' | 'Running' | 'Terminated';
export interface Moment {
  state: ContainerState;
  detail: string;
  /** Start of the run that goes on, or end of the one that ended. */
  since: number | undefined;
  restarts: number;
  exitCode?: number;
  events: PastEvent[];
}

/** Seconds a crashing process runs. */
const CRASH_RUN = 4;
/** Waits between restarts double from here to the cap, as the kubelet's do. */
const BACKOFF = { first: 10, cap: 300 };
const MAX_EVENTS = 30;

const event = (
  name: string,
  message: string,
  at: number,
  type: PastEvent['type'] = 'Normal',
  count = 1,
  last = at,
): PastEvent => ({
  name,
  message,
  type,
  count,
  first: at,
  last,
});

/** How many times a back-off has been waited out after `seconds`, and whether a run is on right now. */
export function backoff(seconds: number, run: number): { ended: number; running: boolean; since: number } {
  let at = 0;
  let wait = BACKOFF.first;
  let ended = 0;
  for (;;) {
    if (seconds < at + run) return { ended, running: true, since: at };
    at += run;
    ended++;
    if (seconds < at + wait) return { ended, running: false, since: at };
    if (wait === BACKOFF.cap) {
      // From here on the cycle is regular, so a week needs no loop.
      const cycles = Math.floor((seconds - at) / (wait + run));
      at += cycles * (wait + run);
      ended += cycles;
      if (seconds < at + wait) return { ended, running: false, since: at };
      return { ended, running: true, since: at + wait };
    }
    at += wait;
    wait = Math.min(BACKOFF.cap, wait * 2);
  }
}

const quoted = (image: string): string => `"${image}"`;

function pullFailing(life: Life, now: number, image: string): Moment {
  const { ended } = backoff((now - life.pullAt) / life.second, 1);
  const events = [
    ...life.past,
    event('Pulling', `pulling image ${quoted(image)}`, life.pullAt, 'Normal', Math.max(1, ended)),
  ];
  if (ended > 0) {
    const failed = life.pullAt + life.second;
    const reason = `Failed to pull image ${quoted(image)}: rpc error: code = NotFound desc = failed to pull and unpack image ${quoted(image)}: not found`;
    events.push(event('Failed', reason, failed, 'Warning', ended, now));
    events.push(event('BackOff', `Back-off pulling image ${quoted(image)}`, failed, 'Warning', ended, now));
  }
  return {
    state: 'Waiting',
    detail: ended > 0 ? 'ImagePullBackOff' : '',
    since: undefined,
    restarts: life.restarts,
    events,
  };
}

/** One container of the group at `now`. */
export function moment(life: Life, now: number, container: { name: string; image: string }): Moment {
  const { name, image } = container;
  const end = life.stoppedAt !== undefined && life.stoppedAt <= now ? life.stoppedAt : undefined;
  const at = end ?? now;
  if (life.pullFails && at >= life.pullAt) {
    const failing = pullFailing(life, at, image);
    return end === undefined ? failing : { ...failing, state: 'Terminated', detail: 'Stopped', since: end };
  }
  const events: PastEvent[] = [...life.past];
  if (at >= life.pullAt) events.push(event('Pulling', `pulling image ${quoted(image)}`, life.pullAt));
  if (at >= life.pulledAt) {
    const took = ((life.pulledAt - life.pullAt) / life.second).toFixed(9);
    events.push(event('Pulled', `Successfully pulled image ${quoted(image)} in ${took}s`, life.pulledAt));
  }
  if (at >= life.startedAt) {
    events.push(event('Created', `Created container ${name}`, life.startedAt));
    events.push(event('Started', `Started container ${name}`, life.startedAt));
  }
  let state: ContainerState = at >= life.startedAt ? 'Running' : 'Waiting';
  let since: number | undefined = state === 'Running' ? life.startedAt : undefined;
  let { restarts } = life;
  let detail = '';
  if (life.crashingFrom !== undefined && at >= life.crashingFrom) {
    const from = Math.max(life.crashingFrom, life.startedAt);
    const loop = backoff((at - from) / life.second, CRASH_RUN);
    restarts += Math.max(0, loop.running ? loop.ended : loop.ended - 1);
    if (loop.ended > 0) {
      const killed = from + CRASH_RUN * life.second;
      events.push(event('BackOff', 'Back-off restarting failed container', killed, 'Warning', loop.ended, at));
    }
    state = loop.running ? 'Running' : 'Waiting';
    detail = loop.running ? '' : 'CrashLoopBackOff: Back-off restarting failed';
    since = loop.running ? from + loop.since * life.second : undefined;
  }
  if (end !== undefined) {
    events.push(event('Killing', `Killing container ${name}`, end));
    return {
      state: 'Terminated',
      detail: 'Stopped',
      since: end,
      restarts,
      exitCode: 0,
      events: events.slice(-MAX_EVENTS),
    };
  }
  return { state, detail, since, restarts, events: events.slice(-MAX_EVENTS) };
}

/** State of the whole group, as `instanceView.state` says it. */
export function groupState(life: Life, now: number): 'Pending' | 'Running' | 'Stopped' {
  if (life.stoppedAt !== undefined && life.stoppedAt <= now) return 'Stopped';
  return now >= life.startedAt && !life.pullFails ? 'Running' : 'Pending';
}
