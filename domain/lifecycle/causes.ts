/** What lies behind what a component says: who must be helped, and whom helping would only take off the air. */
import type { ProblemCode, Source } from '../../contract/problems.ts';
import { own } from '../own.ts';
import type { RelayRole } from '../seam/node-spec.ts';
import type { Complaint } from './complaint.ts';
import { activeMachines } from './layouts.ts';
import { WINDOW_MS } from './rungs.ts';
import { scaledMs, type Turn } from './turn.ts';

/** Which component sends a mixer's source. */
const SENDER: Record<Source, RelayRole> = { programme: 'relay', slides: 'slides' };
/** Who puts it right: whatever sends the source, people (no restart heals it and no stream suffers from it), or a restart. */
const HELP: Record<ProblemCode, 'sender' | 'people' | 'restart'> = {
  'source-silent': 'sender',
  'source-missing': 'people',
  'password-refused': 'people',
  'stream-key-absent': 'people',
  'program-not-running': 'restart',
  'stream-not-connected': 'restart',
  'vault-unreadable': 'restart',
  'too-slow': 'restart',
  'request-refused': 'restart',
  other: 'restart',
};
/** A mixer is judged afresh so long after its sender became well: OBS connects anew meanwhile. Seconds before the time scale. */
const AFTER_SECONDS = 300;

const said = (turn: Turn, component: string): Complaint[] => {
  const record = own(turn.state.health, component);
  return record && !record.healthy ? record.problems : [];
};
const senderIn = (complaint: Complaint): RelayRole | undefined =>
  complaint.code === 'source-silent' ? SENDER[complaint.source] : undefined;
const isForPeople = ({ code }: Complaint): boolean => own(HELP, code) === 'people';

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

/**
 * Every mixer gets nothing from this sender: it is the sender, whatever that says of itself. One mixer alone may be at fault
 * itself; that is found out by the one restart that costs least. What it did not heal is not the mixer's.
 */
function allMiss(turn: Turn, sender: RelayRole): boolean {
  const mixers = activeMachines(turn).map(({ language }) => `mixer-${language}`);
  const misses = (mixer: string) => said(turn, mixer).some((complaint) => senderIn(complaint) === sender);
  const [first, ...others] = mixers;
  if (first === undefined || !mixers.every(misses)) return false;
  return others.length > 0 || (own(turn.state.remedied, first) ?? []).some((at) => turn.now - at < WINDOW_MS);
}

/** Whether all that ails a mixer comes from elsewhere, so that restarting it would only make it worse. */
export function waitsForSender(turn: Turn, component: string): boolean {
  const complaints = component.startsWith('mixer-') ? said(turn, component).filter((each) => !isForPeople(each)) : [];
  return (
    complaints.length > 0 &&
    complaints.every((complaint) => {
      const sender = senderIn(complaint);
      return sender !== undefined && (isUnwell(turn, sender) || allMiss(turn, sender));
    })
  );
}

/** Senders that say they are well while no mixer gets anything from them. */
export const suspects = (turn: Turn): RelayRole[] =>
  Object.values(SENDER).filter((sender) => !isUnwell(turn, sender) && allMiss(turn, sender));

/** Whether all that ails a component is for people to put right. */
export function needsPeople(turn: Turn, component: string): boolean {
  const complaints = said(turn, component);
  return complaints.length > 0 && complaints.every(isForPeople);
}
