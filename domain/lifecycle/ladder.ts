import type { Command } from '../seam/command.ts';
import type { Rung } from '../template/schema.ts';

/** The circuit breaker: every rung of a component's ladder once in so long, then people. */
export const WINDOW_MS = 3_600_000;
/** Remedies of one component that are remembered: no ladder is longer. */
export const LONGEST_LADDER = 5;

/** What is asked of a state, or of what a status tells of it, to know what a remedy by hand would do. */
export interface RemedyView {
  components: readonly string[];
  /** What is tried in turn. */
  ladder(component: string): readonly Rung[];
  healthy(component: string): boolean;
  beingRemedied(component: string): boolean;
  /** How often it was remedied within the last hour. */
  recent(component: string): number;
}
export type RemedyVerdict = { rung: Rung } | { problem: string };

/** What a remedy by hand does; the command and its dry run both ask here. On air nothing destructive runs on a healthy component. */
export function remedyVerdict(
  view: RemedyView,
  { component, rung }: Extract<Command, { command: 'remediate' }>,
): RemedyVerdict {
  if (!view.components.includes(component)) {
    const meant = view.components.filter((one) => one.endsWith(`-${component}`));
    const hint = meant.length === 1 ? `; did you mean ${meant[0]}?` : '';
    return { problem: `no such component; there are ${view.components.join(', ')}${hint}` };
  }
  if (view.beingRemedied(component)) return { problem: `${component} is being remedied already` };
  if (view.healthy(component)) return { problem: `${component} is healthy; nothing destructive is done to it` };
  const ladder = view.ladder(component);
  if (rung && !ladder.includes(rung))
    return { problem: `${component} can be remedied by ${ladder.join(', ') || 'nothing'} only` };
  const next = rung ?? ladder[Math.min(view.recent(component), ladder.length - 1)];
  return next ? { rung: next } : { problem: `nothing heals ${component} but people` };
}
