/** What ails a component: an agent's own problem (contract), or what the control plane found. Recognised by code, worded for people. */
import { z } from 'zod';
import { clip, other, type Problem, problemSchema, problemText, readProblem } from '../../contract/problems.ts';
import { line } from '../text.ts';

export type Complaint =
  | Problem
  /** Nothing has been heard of an agent; `since` as it was stamped then. */
  | { code: 'unheard'; since: string }
  /** Azure Monitor's word; resolved alerts take it back. */
  | { code: 'alert'; title: string };

const text = z.string().max(4000);
const known = z.union([
  problemSchema,
  z.object({ code: z.literal('unheard'), since: text }),
  z.object({ code: z.literal('alert'), title: text }),
]);
/** Reads anything: a code of a newer build is no reason to lose a message. */
export const complaintSchema = z.unknown().transform((value): Complaint => {
  const read = known.safeParse(value);
  return read.success ? read.data : (readProblem(value) ?? other('it does not say why'));
});

function words(complaint: Complaint): string {
  if (complaint.code === 'unheard') return `no heartbeat since ${complaint.since}`;
  if (complaint.code === 'alert') return `alert: ${complaint.title}`;
  return problemText(complaint);
}
/** In words, one clean line of a bounded length. */
export const complaintText = (complaint: Complaint): string => clip(line(words(complaint)));
export const complaintsText = (complaints: readonly Complaint[]): string => complaints.map(complaintText).join('; ');

export const isAlert = ({ code }: Complaint): boolean => code === 'alert';
