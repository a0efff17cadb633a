import { contentHash } from '../hash.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { Installation } from '../seam/installation.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { stepTimes, type Template } from '../template/schema.ts';
import { type CostEstimate, estimateCost } from './cost.ts';
import { criticalPath, planGraph } from './graph.ts';
import { initialLayout, initialMembers } from './initial.ts';
import { nodeSpec } from './specs.ts';

/** What `POST /api/plan` shows (without the checks, which are preflight's), and what the lifecycle executes. */
export interface Plan {
  nodes: { id: string; kind: string; expectedSeconds: number; dependsOn: string[] }[];
  edges: { from: string; to: string }[];
  /** Node ids of the longest chain. */
  criticalPath: string[];
  /** Its length, with preflight. */
  criticalPathSeconds: number;
  cost: CostEstimate;
  /** Binds a deployment to what was shown: request, template and installation, whatever the time or the deploymentId. */
  hash: string;
}

/** A deployment for previews: what is shown, priced or checked before anything is accepted. */
export const imagined = (request: DeployRequest, template: Template, installation: Installation): LifecycleInput => ({
  version: 0,
  deploymentId: `${request.event}-0-0`,
  event: request.event,
  request,
  requestHash: '',
  template,
  installation,
  acceptedAt: new Date(0).toISOString(),
  by: '',
});

/** Compiles request, template and installation into the plan that is shown, hashed and executed. */
export function compilePlan(asked: DeployRequest, template: Template, installation: Installation): Plan {
  // The hash binds only what was shown: neither what a deployment adds nor the keys.
  const request = { ...asked, keysGiven: false };
  const input = imagined(request, template, installation);
  const layout = initialLayout(input);
  const graph = planGraph(template, layout.members);
  const expected = (step: string): number => stepTimes(template, step).expected;
  const longest = criticalPath(graph, ({ step }) => expected(step));
  const specs = ['preflight', ...graph.map(({ id }) => id)].map((id) => nodeSpec(input, layout, id));
  const cost = estimateCost(input, layout);
  return {
    nodes: graph.map(({ id, kind, step, dependsOn }) => ({ id, kind, expectedSeconds: expected(step), dependsOn })),
    edges: graph.flatMap(({ id, dependsOn }) => dependsOn.map((from) => ({ from, to: id }))),
    criticalPath: longest.path,
    criticalPathSeconds: expected('preflight') + longest.seconds,
    cost,
    hash: contentHash({ request, template, specs, cost }),
  };
}

/** Seconds from the begin of preflight to LIVE by the template's own numbers. */
export function expectedReadySeconds(request: DeployRequest, template: Template): number {
  const graph = planGraph(template, initialMembers(template, request));
  const longest = criticalPath(graph, ({ step }) => stepTimes(template, step).expected);
  return stepTimes(template, 'preflight').expected + longest.seconds;
}

/** How long before `startsAt` a deployment begins, in seconds: as learned when it was accepted, else 1.5 times the critical path plus two minutes. */
export const leadSeconds = (request: DeployRequest, template: Template): number =>
  request.leadSeconds ?? expectedReadySeconds(request, template) * 1.5 + 120;
