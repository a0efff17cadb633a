import type { Facet } from '../azure/core/sim.ts';

/** What of the simulator a machine needs that boots, speaks, and is told what to do. */
export type Uses = Extract<
  Facet,
  | 'account'
  | 'time'
  | 'chance'
  | 'draws'
  | 'jobs'
  | 'store'
  | 'resources'
  | 'operations'
  | 'faults'
  | 'settings'
  | 'outside'
>;
