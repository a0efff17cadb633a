/** Finds the cause of a complaint: which component to remedy, and which one a restart would only take off the air. */
import type { ProblemCode } from '../../contract/problems.ts';
import { checkId } from '../component.ts';
import type { Part } from '../kinds/kind.ts';
import { own } from '../own.ts';
import type { Complaint } from '../seam/complaint.ts';
import { WINDOW_MS } from './ladder.ts';
import { activePart, activeParts } from './parts.ts';
import { scaledMs, type Turn } from './turn.ts';

/** Ids of the components that a part gets a source from, as the template says. */
const sendersOf = (turn: Turn, part: Part, source: string): string[] => {
  const name = own(part.rule.sources, source);
  return activeParts(turn).flatMap(({ id, member }) =>
    member.name === name && (member.each === undefined || member.each === part.member.each) ? [id] : [],
  );
};
/** The one component that causes a complaint; undefined when it is the complaining one itself, or one of several. */
function senderIn(turn: Turn, component: string, complaint: Complaint): string | undefined {
  const part = complaint.code === 'source-silent' ? activePart(turn, component) : undefined;
  const [sender, other] = part && complaint.code === 'source-silent' ? sendersOf(turn, part, complaint.source) : [];
  return other === undefined ? sender : undefined;
}

/** What solves a problem: the sender of the source, people (a restart does not help), or a restart. */
const HELP: Record<ProblemCode, 'sender' | 'people' | 'restart'> = {
  'source-silent': 'sender',
  'source-missing': 'people',
  'password-refused': 'people',
  'stream-refused': 'people',
  'stream-key-absent': 'people',
  'program-not-running': 'restart',
  'stream-not-connected': 'restart',
  'vault-unreadable': 'restart',
  'too-slow': 'restart',
  'request-refused': 'restart',
  other: 'restart',
};
/** Receivers are judged again this long after their sender recovered, so that they can reconnect. Seconds before the time scale. */
const AFTER_SECONDS = 300;

const said = (turn: Turn, component: string): Complaint[] => {
  const record = own(turn.state.health.components, component);
  return record && !record.healthy ? record.problems : [];
};
const isForPeople = ({ code }: Complaint): boolean => own(HELP, code) === 'people';

/** Whether a sender is unhealthy, being remedied or changed, or was so until a moment ago. */
function isUnwell(turn: Turn, sender: string): boolean {
  const { health, remedies, work } = turn.state;
  const record = own(health.components, sender);
  const check = own(work.nodes, checkId(sender));
  const began = turn.now - scaledMs(turn, AFTER_SECONDS);
  const changed = record?.since ?? 0;
  const checked = check && check.attempt > 1 ? (check.finishedAt ?? turn.now) : 0;
  return remedies.running[sender] !== undefined || record?.healthy === false || Math.max(changed, checked) > began;
}

/** Components that receive something from a sender. */
const receiversOf = (turn: Turn, sender: string): string[] =>
  activeParts(turn).flatMap((part) =>
    Object.keys(part.rule.sources).some((source) => sendersOf(turn, part, source).includes(sender)) ? [part.id] : [],
  );

/**
 * Whether no receiver gets anything from this sender: then the sender is the cause, whatever it reports. A single receiver may be
 * the cause itself, so it is restarted once first. If that did not help, the sender is the cause.
 */
function allMiss(turn: Turn, sender: string): boolean {
  const receivers = receiversOf(turn, sender);
  const misses = (receiver: string) =>
    said(turn, receiver).some((complaint) => senderIn(turn, receiver, complaint) === sender);
  const [first, ...others] = receivers;
  if (first === undefined || !receivers.every(misses)) return false;
  return others.length > 0 || (own(turn.state.remedies.past, first) ?? []).some((at) => turn.now - at < WINDOW_MS);
}

/** Whether every complaint of a component is caused by its senders, so that restarting it would not help. */
export function waitsForSender(turn: Turn, component: string): boolean {
  const complaints = said(turn, component).filter((each) => !isForPeople(each));
  return (
    complaints.length > 0 &&
    complaints.every((complaint) => {
      const sender = senderIn(turn, component, complaint);
      return sender !== undefined && (isUnwell(turn, sender) || allMiss(turn, sender));
    })
  );
}

/** Whether a component complains of what one sender may be the cause of, as far as is known or not. */
export const mayMissSender = (turn: Turn, component: string): boolean =>
  said(turn, component).some((complaint) => senderIn(turn, component, complaint) !== undefined);

/** Senders that report themselves healthy while no receiver gets anything from them. */
export function suspects(turn: Turn): string[] {
  const senders = new Set(
    activeParts(turn).flatMap((part) =>
      Object.keys(part.rule.sources).flatMap((source) => sendersOf(turn, part, source)),
    ),
  );
  return [...senders].filter((sender) => !isUnwell(turn, sender) && allMiss(turn, sender));
}

/** Whether only people can solve what a component complains of. */
export function needsPeople(turn: Turn, component: string): boolean {
  const complaints = said(turn, component);
  return complaints.length > 0 && complaints.every(isForPeople);
}
