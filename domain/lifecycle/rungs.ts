import type { Command } from '../seam/command.ts';
import type { Remedy } from './state.ts';

export const RUNGS: readonly Remedy['rung'][] = ['restart', 'redeploy', 'recreate'];
/** The circuit breaker: so many remedies of one component in so long, then people. */
export const WINDOW_MS = 3_600_000;
export const LIMIT = RUNGS.length;

/** What is asked of a state, or of what a status tells of it, to know what a remedy by hand would do. */
export interface RemedyView {
  components: readonly string[];
  healthy(component: string): boolean;
  beingRemedied(component: string): boolean;
  /** How often it was remedied within the last hour. */
  recent(component: string): number;
}
export type RemedyVerdict = { rung: Remedy['rung'] } | { problem: string };

/** What a remedy by hand does; the command and its dry run both ask here. On air nothing destructive runs on a healthy component. */
export function remedyVerdict(
  view: RemedyView,
  { component, rung }: Extract<Command, { command: 'remediate' }>,
): RemedyVerdict {
  if (!view.components.includes(component))
    return { problem: `no such component; there are ${view.components.join(', ')}` };
  if (view.beingRemedied(component)) return { problem: `${component} is being remedied already` };
  if (view.healthy(component)) return { problem: `${component} is healthy; nothing destructive is done to it` };
  return { rung: rung ?? RUNGS[Math.min(view.recent(component), LIMIT - 1)] ?? 'restart' };
}
