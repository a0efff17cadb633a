import { z } from 'zod';
import { other } from '../../contract/problems.ts';
import { complaintSchema } from './complaint.ts';

export const FAILURES = [
  'transient',
  'throttled',
  'capacity',
  'quota',
  'policy',
  'authorisation',
  'configuration',
  'conflict',
  'foreign',
  'unhealthy',
  'timeout',
  'unknown',
] as const;

/** Why something failed, classified in azure/ (azure/errors.ts). `code` and `message` are Azure's own. */
export const failureSchema = z.object({
  // A class of a newer build must not lose the message.
  class: z.enum(FAILURES).catch('unknown'),
  code: z.string(),
  message: z.string(),
  /** ARM id or name of the resource it concerns. */
  resource: z.string().exactOptional(),
  /** What a person should do about it. */
  advice: z.string().exactOptional(),
  /** What the component said of itself, where that is why a check failed. */
  problems: z
    .array(complaintSchema)
    .catch(() => [other('it does not say why')])
    .exactOptional(),
});
export type Failure = z.infer<typeof failureSchema>;
