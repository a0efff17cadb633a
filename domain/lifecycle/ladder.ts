import type { Command } from '../seam/command.ts';
import type { Rung } from '../template/schema.ts';

/** The circuit breaker: within this time each rung of a ladder is used once, then people are called. */
export const WINDOW_MS = 3_600_000;
/** Remedies remembered per component; no ladder is longer. */
export const LONGEST_LADDER = 5;

/** What decides about a remedy by command: read from a state, or from a status. */
export interface RemedyView {
  components: readonly string[];
  /** Remedies in order. */
  ladder(component: string): readonly Rung[];
  healthy(component: string): boolean;
  beingRemedied(component: string): boolean;
  /** How often it was remedied within the last hour. */
  recent(component: string): number;
}
export type RemedyVerdict = { rung: Rung } | { problem: string };

/** What a remedy by command does; its dry run asks here too. Nothing destructive is done to a healthy component on air. */
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
