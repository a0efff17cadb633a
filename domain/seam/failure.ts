import type { Complaint } from '../lifecycle/complaint.ts';

/** Why something failed, classified in azure/ (design section 4). `code` and `message` are Azure's own. */
export interface Failure {
  class:
    | 'transient'
    | 'throttled'
    | 'capacity'
    | 'quota'
    | 'policy'
    | 'authorisation'
    | 'configuration'
    | 'conflict'
    | 'foreign'
    | 'unhealthy'
    | 'timeout'
    | 'unknown';
  code: string;
  message: string;
  /** ARM id or name of the resource it concerns. */
  resource?: string;
  /** What a person should do about it. */
  advice?: string;
  /** What the component said of itself, where that is why a check failed. */
  problems?: Complaint[];
}
