/** How long deployments really take, learned from past runs: robust, bounded, and a stated prior while there are too few. */
import type { DeployRequest } from '../request/deploy.ts';
import type { Template } from '../template/schema.ts';
import { expectedReadySeconds, leadSeconds } from './compile.ts';
import type { Run } from './run.ts';

/** The latest runs of one template and VM size, oldest first. */
export interface Learned {
  runs: Run[];
}
export interface ReadySeconds {
  p50: number;
  p95: number;
  /** How many runs were seen (at most 50). */
  runs: number;
  /** `prior`: the template's own numbers, because fewer than 5 runs were seen. */
  source: 'prior' | 'learned';
}

/** Most runs remembered, and the fewest that count: with fewer, one bad day would decide. */
const KEPT = 50;
const ENOUGH = 5;

export const nothingLearned = (): Learned => ({ runs: [] });

/** Runs are kept by template and the first VM size of the request. They include the time that other sizes took. */
export const learnedKey = ({ template, vmSizes }: Pick<DeployRequest, 'template' | 'vmSizes'>): string =>
  `${template}.${vmSizes[0] ?? ''}`.toLowerCase();

/** Adds a run. The same deployment counts once. */
export const learn = ({ runs }: Learned, run: Run): Learned =>
  runs.some(({ deploymentId }) => deploymentId === run.deploymentId) ? { runs } : { runs: [...runs, run].slice(-KEPT) };

/** Nearest rank: the smallest value that is not below `share` of all. @throws for an empty list */
export function quantile(values: readonly number[], share: number): number {
  const found = [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)];
  if (found === undefined) throw new Error('Cannot take a quantile of nothing');
  return found;
}

/** Probable time from the begin of preflight to LIVE. */
export function readySeconds({ runs }: Learned, request: DeployRequest, template: Template): ReadySeconds {
  if (runs.length < ENOUGH) {
    const p50 = expectedReadySeconds(request, template);
    return { p50, p95: Math.ceil(leadSeconds(request, template)), runs: runs.length, source: 'prior' };
  }
  const seconds = runs.map((run) => run.readySeconds);
  return { p50: quantile(seconds, 0.5), p95: quantile(seconds, 0.95), runs: runs.length, source: 'learned' };
}

/** Median duration of each kind of step that enough runs had. */
export function stepSeconds({ runs }: Learned): Record<string, number> {
  const byStep = new Map<string, number[]>();
  for (const { steps } of runs)
    for (const [step, seconds] of Object.entries(steps)) byStep.set(step, [...(byStep.get(step) ?? []), seconds]);
  return Object.fromEntries(
    [...byStep].filter(([, all]) => all.length >= ENOUGH).map(([step, all]) => [step, quantile(all, 0.5)]),
  );
}

/** How long before `startsAt` to begin: the learned p95 plus a tenth and a minute of margin; undefined when too few runs are known. */
export const learnedLead = ({ p95, source }: ReadySeconds): number | undefined =>
  source === 'learned' ? Math.ceil(p95 * 1.1 + 60) : undefined;
