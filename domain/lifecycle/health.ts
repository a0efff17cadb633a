import { checkId } from '../component.ts';
import { own } from '../own.ts';
import { type Complaint, complaintsText } from '../seam/complaint.ts';
import type { Message } from '../seam/message.ts';
import { is } from '../states.ts';
import { componentsOf } from './parts.ts';
import { enter, journal, notify, scaledMs, setAlarm, type Turn } from './turn.ts';

/** A component that is unwell is given this long to help itself (restart policy, the agent) before it is remedied; seconds before the time scale. */
export const GRACE_SECONDS = 120;

/**
 * A component's health changed. Older reports lose; unknown components are ignored. It is recorded in every state that hears,
 * because whoever said it will not say it again, and acted on when the event is steady.
 */
export function onHealth(turn: Turn, message: Extract<Message, { type: 'health' }>): void {
  const at = Date.parse(message.at);
  if (!Number.isFinite(at) || !hears(turn) || !componentsOf(turn).includes(message.component)) return;
  const before = turn.state.health.components[message.component];
  if (before && before.at >= at) return;
  setHealth(turn, message.component, message.healthy, message.problems, at);
}

const hears = (turn: Turn): boolean => is(turn.state.life.state, 'hears');

export function setHealth(turn: Turn, component: string, healthy: boolean, problems: Complaint[], at: number): void {
  const before = turn.state.health.components[component];
  const since = before && before.healthy === healthy ? before.since : turn.now;
  const kept = problems.slice(0, 5);
  turn.state.health.components[component] = { healthy, since, problems: kept, at };
  if ((before?.healthy ?? true) === healthy) return;
  if (!stoppedByUs(turn))
    journal(turn, healthy ? 'healthy' : 'unhealthy', `${component}${healthy ? '' : `: ${complaintsText(kept)}`}`);
  if (!healthy) askForRemedy(turn);
}

/**
 * A check found a component well. Its word is as old as the check: what the component said since, and has not arrived yet,
 * still counts.
 */
export function foundWell(turn: Turn, component: string): void {
  const { health, work } = turn.state;
  const known = own(health.components, component);
  if (known)
    setHealth(turn, component, true, [], Math.max(known.at, work.nodes[checkId(component)]?.startedAt ?? known.at));
}

/** Sets the alarm after which what is unwell is remedied; while the event is not steady that waits until it is. */
function askForRemedy(turn: Turn): void {
  const { state } = turn;
  if (!is(state.life.state, 'steady')) state.health.unremedied = true;
  else if (!state.alarms.armed.remedy) setAlarm(turn, 'remedy', turn.now + scaledMs(turn, GRACE_SECONDS));
}

/** Every word counts as fresh for so long; seconds before the time scale. */
const FRESH_SECONDS = 60;

/** Whether a component has said a moment ago that it is well. */
export function isFreshlyWell(turn: Turn, component: string): boolean {
  const record = own(turn.state.health.components, component);
  return record?.healthy === true && turn.now - record.at < scaledMs(turn, FRESH_SECONDS);
}

/** An alarm that rings so much too late rings after an outage of the control plane. */
const OUTAGE_MS = 60_000;

/**
 * The grace is over. Only a steady event is remedied; in any other state it is remembered until then. When the alarm comes
 * late nobody has listened meanwhile, and what was unwell before the outage may be long well: it has its grace once more.
 */
export function onGraceOver(turn: Turn, due: number, remedy: (turn: Turn) => void): void {
  if (!is(turn.state.life.state, 'steady')) turn.state.health.unremedied = true;
  else if (turn.now - due > OUTAGE_MS) setAlarm(turn, 'remedy', turn.now + scaledMs(turn, GRACE_SECONDS));
  else remedy(turn);
}

/** What was unwell when the event could not act, and still is, has its grace from when it became so. */
function takeUp(turn: Turn): void {
  const { state } = turn;
  if (!state.health.unremedied) return;
  delete state.health.unremedied;
  const sick = Object.values(state.health.components).filter(({ healthy }) => !healthy);
  if (sick.length === 0 || state.alarms.armed.remedy) return;
  const since = Math.min(...sick.map((each) => each.since));
  setAlarm(turn, 'remedy', Math.max(turn.now, since + scaledMs(turn, GRACE_SECONDS)));
}

/** While we stop or start everything, what is said of it is worth remembering, not telling. */
const stoppedByUs = ({ state: { change, life } }: Turn): boolean => life.state === 'paused' || change?.kind === 'power';

/** Puts the state of a live event in accord with its components. */
export function advanceLive(turn: Turn): void {
  takeUp(turn);
  const { state, input } = turn;
  const sick = Object.entries(state.health.components).filter(([, { healthy }]) => !healthy);
  const remedied = Object.keys(state.remedies.running);
  if (remedied.length > 0) {
    enter(turn, 'remediating', remedied.join(', '));
    return;
  }
  const was = state.life.state;
  if (sick.length === 0) {
    enter(turn, 'live', 'every component is healthy');
    if (was === 'degraded') notify(turn, 'recovered', `${input.request.title} is well again`);
    return;
  }
  const why = sick.map(([component, { problems }]) => `${component}: ${complaintsText(problems)}`).join(', ');
  enter(turn, 'degraded', why);
  if (was === 'live') notify(turn, 'degraded', `${input.request.title} is degraded: ${why}`);
}
