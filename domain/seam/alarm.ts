/** Input of an alarm, instance id `<deploymentId>-<alarm>-<generation>`. */
export interface AlarmInput {
  deploymentId: string;
  parent: string;
  alarm: AlarmName;
  generation: number;
  /** ISO 8601, wall clock. */
  at: string;
}

/** `start`: a scheduled event begins; `recheck`: ask after nodes that keep silent; `retry`: try a failed removal again; `remedy`: help what has not helped itself; `budget`: it is used up. */
export type AlarmName = 'ttl' | 'warning' | 'start' | 'recheck' | 'retry' | 'remedy' | 'budget';
