/**
 * What people are told of an event's health. What becomes unwell is told at once, and that it is well again; of what comes and goes
 * there is one such pair and then a summary with each next, since a message a minute is read by nobody.
 */
import { iso, notify, type Turn } from './turn.ts';

/** Between two messages that something is unwell, unless it lasts; of the wall clock, as people are. */
const QUIET_MS = 10 * 60_000;

/** The event has become unwell. */
export function tellUnwell(turn: Turn, why: string): void {
  const { told } = turn.state.health;
  if (told && turn.now - told.at < QUIET_MS) turn.state.health.told = { ...told, untold: told.untold + 1 };
  else tell(turn, why);
}

/** It still is, after the time that it is given to help itself. */
export function tellLasting(turn: Turn, why: string): void {
  if (!turn.state.health.told?.unwell) tell(turn, why);
}

export function tellWell(turn: Turn): void {
  const { told } = turn.state.health;
  if (!told?.unwell) return;
  turn.state.health.told = { ...told, unwell: false };
  notify(turn, 'recovered', `${turn.input.request.title} is well again`);
}

function tell(turn: Turn, why: string): void {
  const { told } = turn.state.health;
  const often = told && told.untold > 0 ? `; it came and went ${told.untold} times since ${iso(told.at)}` : '';
  turn.state.health.told = { at: turn.now, unwell: true, untold: 0 };
  notify(turn, 'degraded', `${turn.input.request.title} is degraded: ${why}${often}`);
}
