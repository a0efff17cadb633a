/** What one deployment that became live teaches. All seconds are before the time scale. */
export interface Run {
  deploymentId: string;
  /** From the begin of preflight to LIVE, with every retry, other size and other region on the way. */
  readySeconds: number;
  /** Median duration of the plan's nodes by kind of step. */
  steps: Record<string, number>;
}
