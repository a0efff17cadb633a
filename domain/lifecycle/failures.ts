import { other } from '../../contract/problems.ts';
import type { Complaint } from '../seam/complaint.ts';
import type { Failure } from '../seam/failure.ts';

export const failureOf = (kind: Failure['class'], code: string, message: string): Failure => ({
  class: kind,
  code,
  message,
});

/** Code and message in one line; Azure's messages end in a period, ours do not. */
/** What a component that did not pass its check complains of, else why it failed. */
export const complaintsOf = (failure: Failure): Complaint[] => failure.problems ?? [other(failureText(failure))];

export const failureText = ({ code, message }: Failure): string => `${code}: ${message.replace(/\.\s*$/, '')}`;

/** Whether another VM size or another region of the request may do: what is full or used up here need not be there. */
export const helpsElsewhere = ({ class: kind }: Failure): boolean => kind === 'capacity' || kind === 'quota';
