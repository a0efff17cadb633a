/** The second detector: Azure Monitor's alerts. They come twice, late and in any order. A component's own report outweighs them. */
import { checkId } from '../component.ts';
import { own } from '../own.ts';
import { isAlert } from '../seam/complaint.ts';
import type { Message } from '../seam/message.ts';
import { is } from '../states.ts';
import type { AlertRecord } from './entries.ts';
import { isFreshlyWell, setHealth } from './health.ts';
import { componentsOf } from './parts.ts';
import { iso, journal, scaledMs, type Turn } from './turn.ts';

type Alert = Extract<Message, { type: 'alert' }>;

/** Alerts about our own actions may arrive this late (rule windows, evaluation, delivery). Seconds before the time scale. */
const OURS_SECONDS = 900;
/** Largest difference of clocks, in milliseconds; a time further ahead is ignored. */
const SKEW = 300_000;
/** Most series of alerts remembered. */
const MOST = 100;

export function onAlert(turn: Turn, message: Alert): void {
  const { component, fired, title } = message;
  const { state } = turn;
  if (!is(state.life.state, 'hears') || !componentsOf(turn).includes(component)) return;
  const at = timeOf(turn, message.at);
  const series = `${component} ${message.series ?? message.alertId}`;
  if (!isNews(own(state.health.alerts, series), fired, at)) return;
  const time = at ?? turn.now;
  const veto = fired ? vetoOf(turn, message, time) : undefined;
  remember(turn, series, { fired, at: time, ...(fired && veto === undefined ? { counts: true as const } : {}) });
  journal(turn, fired ? 'alert-fired' : 'alert-resolved', `${component}: ${title}`);
  if (veto !== undefined) journal(turn, 'alert-vetoed', `${component}: ${title}: ${veto}`);
  else if (fired) believe(turn, component, title, time);
  else takeBack(turn, component, time);
}

/** Milliseconds since the Unix epoch; undefined for an impossible time, which says nothing about the order. */
function timeOf(turn: Turn, at: string | undefined): number | undefined {
  const time = Date.parse(at ?? '');
  return Number.isFinite(time) && time <= turn.now + SKEW ? Math.min(time, turn.now) : undefined;
}

/** Dates decide the order. Without a date, a known alert is news only when it is resolved. */
function isNews(before: AlertRecord | undefined, fired: boolean, at: number | undefined): boolean {
  if (!before) return true;
  if (at === undefined || at === before.at) return before.fired && !fired;
  return at > before.at && (fired || before.fired);
}

/** Why an alert is no reason to act. */
function vetoOf(turn: Turn, { component, witness }: Alert, at: number): string | undefined {
  if (isOurs(turn, component, at)) return 'the control plane is or was acting on it';
  if (witness !== undefined && Number.isFinite(Date.parse(witness))) return `it reported itself healthy at ${witness}`;
  const record = own(turn.state.health.components, component);
  if (record?.healthy && (record.at >= at || isFreshlyWell(turn, component)))
    return `it reported itself healthy at ${iso(record.at)}`;
  return undefined;
}

/** Whether the alert is about something that the lifecycle does itself, or did shortly before. */
function isOurs(turn: Turn, component: string, at: number): boolean {
  const { change, life, remedies, work } = turn.state;
  if (life.state === 'paused' || remedies.running[component] !== undefined) return true;
  if (change?.kind === 'power' || (change?.kind === 'replace' && change.component === component)) return true;
  const check = own(work.nodes, checkId(component));
  // The first check belongs to the deployment. Every later one follows an action on the component.
  const checked = check && check.attempt > 1 ? (check.finishedAt ?? turn.now) : 0;
  return at - Math.max(checked, ...(own(remedies.past, component) ?? [])) < scaledMs(turn, OURS_SECONDS);
}

function believe(turn: Turn, component: string, title: string, at: number): void {
  // Its own complaint says more, and must outlast the alert.
  if (own(turn.state.health.components, component)?.healthy === false) return;
  setHealth(turn, component, false, [{ code: 'alert', title }], at);
}

function takeBack(turn: Turn, component: string, at: number): void {
  const { components, alerts } = turn.state.health;
  const record = own(components, component);
  const open = Object.entries(alerts).some(([series, { counts }]) => counts && series.startsWith(`${component} `));
  if (!record || record.healthy || open || !record.problems.every(isAlert)) return;
  setHealth(turn, component, true, [], Math.max(at, record.at));
}

function remember(turn: Turn, series: string, record: AlertRecord): void {
  const kept = Object.entries(turn.state.health.alerts).filter(([each]) => each !== series);
  turn.state.health.alerts = Object.fromEntries([...kept.slice(1 - MOST), [series, record]]);
}
