import { other } from '../../contract/problems.ts';
import type { Complaint } from '../seam/complaint.ts';
import type { Failure } from '../seam/failure.ts';

export const failureOf = (kind: Failure['class'], code: string, message: string): Failure => ({
  class: kind,
  code,
  message,
});

/** What a component that failed its check complains of, else the failure itself. */
export const complaintsOf = (failure: Failure): Complaint[] => failure.problems ?? [other(failureText(failure))];

/** Code and message in one line; Azure's messages end in a period, ours do not. */
export const failureText = ({ code, message }: Failure): string => `${code}: ${message.replace(/\.\s*$/, '')}`;

/** Whether another VM size or region of the request may help: capacity and quota differ between them. */
export const helpsElsewhere = ({ class: kind }: Failure): boolean => kind === 'capacity' || kind === 'quota';
