/** What lies behind what a component says: who must be helped, and whom helping would only take off the air. */
import { own } from '../own.ts';
import type { RelayRole } from '../workflow.ts';
import { activeMachines } from './layouts.ts';
import { scaledMs, type Turn } from './turn.ts';

/** Which component sends a mixer's source. */
const SENDER: Record<string, RelayRole> = { programme: 'relay', slides: 'slides' };
/** What a mixer says that gets no picture although its own program is well (stable words of mixer/agent/status.ts). */
const SILENT = /^the (programme|slides) source is silent$/i;
/** What no restart heals and no stream suffers from: people put it right. */
const FOR_PEOPLE = [
  /^the (programme|slides) source is not there$/i,
  /^OBS does not take the agent's password$/i,
  /^there is no stream key in the vault$/i,
];
/** A check that fails quotes what the component says (activities/health.ts). */
const QUOTED = /^HealthCheckFailed: Cannot call it healthy after \d+ attempts: /;
/** A mixer is judged afresh so long after its sender became well: OBS connects anew meanwhile. Seconds before the time scale. */
const AFTER_SECONDS = 300;

const said = (turn: Turn, component: string): string[] => {
  const record = own(turn.state.health, component);
  return record && !record.healthy ? record.reasons.flatMap((reason) => reason.replace(QUOTED, '').split('; ')) : [];
};
const senderIn = (reason: string): RelayRole | undefined =>
  SENDER[SILENT.exec(reason.trim())?.[1]?.toLowerCase() ?? ''];
const isForPeople = (reason: string): boolean => FOR_PEOPLE.some((known) => known.test(reason.trim()));

/** A sender that is unwell, is being helped or changed, or was until a moment ago: it may come and go. */
function isUnwell(turn: Turn, sender: RelayRole): boolean {
  const { health, remedies, nodes } = turn.state;
  const record = own(health, sender);
  const check = own(nodes, `check-${sender}`);
  const began = turn.now - scaledMs(turn, AFTER_SECONDS);
  const changed = record?.since ?? 0;
  const checked = check && check.attempt > 1 ? (check.finishedAt ?? turn.now) : 0;
  return remedies[sender] !== undefined || record?.healthy === false || Math.max(changed, checked) > began;
}

/** Several mixers, and every one of them gets nothing from this sender: it is the sender, whatever that says of itself. */
function allMiss(turn: Turn, sender: RelayRole): boolean {
  const mixers = activeMachines(turn).map(({ language }) => `mixer-${language}`);
  return mixers.length > 1 && mixers.every((mixer) => said(turn, mixer).some((reason) => senderIn(reason) === sender));
}

/** Whether all that ails a mixer comes from elsewhere, so that restarting it would only make it worse. */
export function waitsForSender(turn: Turn, component: string): boolean {
  const reasons = component.startsWith('mixer-') ? said(turn, component).filter((reason) => !isForPeople(reason)) : [];
  return (
    reasons.length > 0 &&
    reasons.every((reason) => {
      const sender = senderIn(reason);
      return sender !== undefined && (isUnwell(turn, sender) || allMiss(turn, sender));
    })
  );
}

/** Senders that say they are well while no mixer gets anything from them. */
export const suspects = (turn: Turn): RelayRole[] =>
  Object.values(SENDER).filter((sender) => !isUnwell(turn, sender) && allMiss(turn, sender));

/** Whether all that ails a component is for people to put right. */
export function needsPeople(turn: Turn, component: string): boolean {
  const reasons = said(turn, component);
  return reasons.length > 0 && reasons.every(isForPeople);
}
