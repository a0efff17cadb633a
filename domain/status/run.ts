import { planGraph } from '../plan/graph.ts';
import { quantile } from '../plan/learned.ts';
import type { Run } from '../plan/run.ts';
import type { DeploymentRecord } from '../seam/records.ts';
import type { StepKind } from '../template.ts';
import { decodeStatus } from './decode.ts';

/** As much of a deployment as tells how long things took. */
type Told = Pick<DeploymentRecord, 'input' | 'status' | 'journal'>;

/** When the event first entered a state, by its journal; milliseconds since the Unix epoch. */
function entered({ journal }: Told, state: string): number | undefined {
  const entry = journal.find(({ code, text }) => code === 'state' && text.startsWith(`${state}:`));
  return entry && Date.parse(entry.at);
}

/** Durations of the nodes that were made at the first attempt, by kind of step: seconds before the time scale. */
function stepDurations({ input, status }: Told): Run['steps'] {
  const { nodes, machines } = decodeStatus(input, status);
  const graph = planGraph(machines.map(({ language }) => language));
  const durations = new Map<StepKind, number[]>();
  for (const [index, { state, attempt, startedAt, finishedAt }] of nodes.entries()) {
    const step = graph[index]?.step;
    if (!step || state !== 'done' || attempt !== 1 || !startedAt || !finishedAt) continue;
    const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000) * input.installation.timeScale;
    durations.set(step, [...(durations.get(step) ?? []), seconds]);
  }
  return Object.fromEntries([...durations].map(([step, all]) => [step, quantile(all, 0.5)]));
}

/** What a deployment teaches of durations; undefined when it never was live, or its journal no longer tells when it began. */
export function runOf(record: Told): Run | undefined {
  const begun = entered(record, 'preflight');
  const live = entered(record, 'live');
  if (begun === undefined || live === undefined || live <= begun) return undefined;
  const { deploymentId, installation } = record.input;
  return {
    deploymentId,
    readySeconds: Math.round(((live - begun) / 1000) * installation.timeScale),
    steps: stepDurations(record),
  };
}
