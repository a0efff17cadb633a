import type { Message } from '../workflow.ts';
import { componentsOf } from './power.ts';
import { enter, journal, notify, scaledMs, setAlarm, type Turn } from './turn.ts';

/** A component that is unwell is given this long to help itself (restart policy, the agent) before it is remedied; seconds before the time scale. */
export const GRACE_SECONDS = 120;
const LIVE = ['live', 'degraded', 'remediating'];

/** A component's health changed. Older reports lose; unknown components and events that are not live are ignored. */
export function onHealth(turn: Turn, message: Extract<Message, { type: 'health' }>): void {
  const at = Date.parse(message.at);
  if (!Number.isFinite(at) || !isLive(turn) || !componentsOf(turn).includes(message.component)) return;
  const before = turn.state.health[message.component];
  if (before && before.at >= at) return;
  setHealth(turn, message.component, message.healthy, message.reasons, at);
}

/** The second detector: an Azure Monitor alert. The same alert counts once per condition. */
export function onAlert(turn: Turn, message: Extract<Message, { type: 'alert' }>): void {
  const { alertId, component, fired, title } = message;
  const seen = `alert ${alertId} ${fired}`;
  if (turn.state.taken[seen] || !isLive(turn) || !componentsOf(turn).includes(component)) return;
  turn.state.taken[seen] = true;
  journal(turn, fired ? 'alert-fired' : 'alert-resolved', `${component}: ${title}`);
  const reason = `alert: ${title}`;
  const health = turn.state.health[component];
  if (fired) setHealth(turn, component, false, [reason], turn.now);
  else if (health && !health.healthy && health.reasons.every((each) => each === reason))
    setHealth(turn, component, true, [], turn.now);
}

const isLive = (turn: Turn): boolean => LIVE.includes(turn.state.state);

export function setHealth(turn: Turn, component: string, healthy: boolean, reasons: string[], at: number): void {
  const before = turn.state.health[component];
  const since = before && before.healthy === healthy ? before.since : turn.now;
  const kept = reasons.slice(0, 5).map((reason) => reason.slice(0, 200));
  turn.state.health[component] = { healthy, since, reasons: kept, at };
  if ((before?.healthy ?? true) === healthy) return;
  journal(turn, healthy ? 'healthy' : 'unhealthy', `${component}${healthy ? '' : `: ${kept.join('; ')}`}`);
  if (!healthy && !turn.state.alarms.remedy) setAlarm(turn, 'remedy', turn.now + scaledMs(turn, GRACE_SECONDS));
}

/** Puts the state of a live event in accord with its components. */
export function advanceLive(turn: Turn): void {
  const { state, input } = turn;
  const sick = Object.entries(state.health).filter(([, { healthy }]) => !healthy);
  const remedied = Object.keys(state.remedies);
  if (remedied.length > 0) {
    enter(turn, 'remediating', remedied.join(', '));
    return;
  }
  const was = state.state;
  if (sick.length === 0) {
    enter(turn, 'live', 'every component is healthy');
    if (was === 'degraded') notify(turn, 'recovered', `${input.request.title} is well again`);
    return;
  }
  const why = sick.map(([component, { reasons }]) => `${component}: ${reasons.join('; ')}`).join(', ');
  enter(turn, 'degraded', why);
  if (was === 'live') notify(turn, 'degraded', `${input.request.title} is degraded: ${why}`);
}
