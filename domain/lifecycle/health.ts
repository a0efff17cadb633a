import { checkId } from '../component.ts';
import { own } from '../own.ts';
import { type Complaint, complaintsText } from '../seam/complaint.ts';
import type { Message } from '../seam/message.ts';
import { is } from '../states.ts';
import { mayMissSender, waitsForSender } from './causes.ts';
import type { HealthRecord } from './entries.ts';
import { componentsOf } from './parts.ts';
import { tellLasting, tellUnwell, tellWell } from './telling.ts';
import { enter, journal, scaledMs, setAlarm, type Turn } from './turn.ts';

/** Time an unhealthy component has to recover by itself (restart policy, agent) before it is remedied. Seconds before the time scale. */
export const GRACE_SECONDS = 120;

/**
 * A component's health changed. Older reports lose; unknown components are ignored. A report is sent once only, so it is recorded in
 * every state that hears, and acted on when the event is steady.
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
  // What it has got of its own only now has its grace from now.
  const ownSince = waitsForSender(turn, component) ? turn.now : before?.ownSince;
  const later = healthy || ownSince === undefined ? {} : { ownSince };
  turn.state.health.components[component] = { healthy, since, ...later, problems: kept, at };
  if ((before?.healthy ?? true) === healthy) return;
  if (!stoppedByUs(turn))
    journal(turn, healthy ? 'healthy' : 'unhealthy', `${component}${healthy ? '' : `: ${complaintsText(kept)}`}`);
  if (!healthy) askForRemedy(turn);
}

/**
 * A check found a component healthy. The result is dated to the start of the check, so that a later report that has not arrived yet
 * still counts.
 */
export function foundWell(turn: Turn, component: string): void {
  const { health, work } = turn.state;
  const known = own(health.components, component);
  if (known)
    setHealth(turn, component, true, [], Math.max(known.at, work.nodes[checkId(component)]?.startedAt ?? known.at));
}

/** Sets the alarm for remedies, or remembers that one is needed until the event is steady. */
function askForRemedy(turn: Turn): void {
  const { state } = turn;
  if (!is(state.life.state, 'steady')) state.health.unremedied = true;
  else if (!state.alarms.armed.remedy) setAlarm(turn, 'remedy', turn.now + scaledMs(turn, GRACE_SECONDS));
}

/** A timer may fire up to a second early. Within this margin it counts as due, so that it is not set again and again. */
export const EARLY_MS = 1_000;

/** A report counts as fresh for this long; seconds before the time scale. */
const FRESH_SECONDS = 60;

/** Whether a component reported itself healthy a moment ago. */
export function isFreshlyWell(turn: Turn, component: string): boolean {
  const record = own(turn.state.health.components, component);
  return record?.healthy === true && turn.now - record.at < scaledMs(turn, FRESH_SECONDS);
}

/**
 * An alarm that is later than this comes after an outage of the control plane: Azure's queues are read at least every 30 seconds, and an
 * agent reports every ten.
 */
const OUTAGE_MS = 35_000;

/**
 * The grace is over. Only a steady event is remedied; in any other state that is remembered. While the control plane was away no report
 * was heard and components may have recovered: they have their grace from when it listens again.
 * @param due when the alarm was to ring; late ones come after an outage
 * @param listening since when the control plane listens, where that is known; ms since the Unix epoch
 */
export function onGraceOver(
  turn: Turn,
  due: number,
  listening: number | undefined,
  remedy: (turn: Turn) => void,
): void {
  const late = turn.now - due > OUTAGE_MS;
  const heardFrom = listening ?? (late ? turn.now : 0);
  const again = heardFrom + scaledMs(turn, GRACE_SECONDS);
  if (!is(turn.state.life.state, 'steady')) turn.state.health.unremedied = true;
  else if (again > turn.now + EARLY_MS) setAlarm(turn, 'remedy', again);
  else {
    const lasting = Object.entries(turn.state.health.components).filter(
      ([, { healthy, since }]) => !healthy && turn.now - since >= scaledMs(turn, GRACE_SECONDS) - EARLY_MS,
    );
    if (lasting.length > 0) tellLasting(turn, sickText(lasting));
    remedy(turn);
  }
}

/**
 * Components that became unhealthy while the event was not steady: their grace counts from then. But nobody looks at senders before the
 * event is live, so who may lack one has it from there at the earliest: by its end the sender is heard of.
 */
function takeUp(turn: Turn): void {
  const { state } = turn;
  if (!state.health.unremedied) return;
  delete state.health.unremedied;
  const sick = Object.entries(state.health.components).filter(([, { healthy }]) => !healthy);
  let earliest = Number.POSITIVE_INFINITY;
  for (const [component, record] of sick) {
    let { ownSince = record.since } = record;
    if (mayMissSender(turn, component)) {
      ownSince = Math.max(ownSince, state.life.liveAt ?? turn.now);
      state.health.components[component] = { ...record, ownSince };
    }
    earliest = Math.min(earliest, ownSince);
  }
  if (sick.length === 0 || state.alarms.armed.remedy) return;
  setAlarm(turn, 'remedy', Math.max(turn.now, earliest + scaledMs(turn, GRACE_SECONDS)));
}

/** While everything is being stopped or started, health is recorded and not written to the journal. */
const stoppedByUs = ({ state: { change, life } }: Turn): boolean => life.state === 'paused' || change?.kind === 'power';

/** Puts the state of a live event in accord with its components. */
export function advanceLive(turn: Turn): void {
  takeUp(turn);
  const { state } = turn;
  const sick = Object.entries(state.health.components).filter(([, { healthy }]) => !healthy);
  const remedied = Object.keys(state.remedies.running);
  if (remedied.length > 0) {
    enter(turn, 'remediating', remedied.join(', '));
    return;
  }
  const was = state.life.state;
  if (sick.length === 0) {
    enter(turn, 'live', 'every component is healthy');
    if (was === 'degraded') tellWell(turn);
    return;
  }
  const why = sickText(sick);
  enter(turn, 'degraded', why);
  if (was === 'live') tellUnwell(turn, why);
}

const sickText = (sick: readonly [component: string, HealthRecord][]): string =>
  sick.map(([component, { problems }]) => `${component}: ${complaintsText(problems)}`).join(', ');
