import { quantile } from '../plan/learned.ts';
import type { Run } from '../plan/run.ts';
import type { DeploymentRecord } from '../seam/records.ts';
import { decodeStatus } from './decode.ts';
import type { DecodedNode } from './decoded.ts';

/** Durations of the nodes that were made at the first attempt, by kind of step: seconds before the time scale. */
function stepDurations(nodes: readonly DecodedNode[], timeScale: number): Run['steps'] {
  const durations = new Map<string, number[]>();
  for (const { state, attempt, startedAt, finishedAt, step } of nodes) {
    if (state !== 'done' || attempt !== 1 || !startedAt || !finishedAt) continue;
    const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000) * timeScale;
    durations.set(step, [...(durations.get(step) ?? []), seconds]);
  }
  return Object.fromEntries([...durations].map(([step, all]) => [step, quantile(all, 0.5)]));
}

/** What a deployment teaches of durations; undefined when it never was live. */
export function runOf({ input, status }: Pick<DeploymentRecord, 'input' | 'status'>): Run | undefined {
  const { nodes, begunAt, liveAt } = decodeStatus(input, status);
  const begun = Date.parse(begunAt ?? '');
  const live = Date.parse(liveAt ?? '');
  if (!(live > begun)) return undefined;
  const { deploymentId, installation } = input;
  return {
    deploymentId,
    readySeconds: Math.round(((live - begun) / 1000) * installation.timeScale),
    steps: stepDurations(nodes, installation.timeScale),
  };
}
