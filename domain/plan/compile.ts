import { contentHash } from '../hash.ts';
import { keysOperation, resourceGroupName } from '../names.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { Installation } from '../seam/installation.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Template } from '../template.ts';
import { type CostEstimate, estimateCost } from './cost.ts';
import { criticalPath, planGraph } from './graph.ts';
import type { Layout } from './layout.ts';
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

/** Where a deployment begins: first region, first size, one machine per language in order. */
export function initialLayout(input: LifecycleInput, createdAt = input.acceptedAt): Layout {
  const { request } = input;
  return {
    region: request.regions[0] ?? '',
    resourceGroup: resourceGroupName(input.event, Math.floor(Date.parse(input.acceptedAt) / 1000)),
    createdAt,
    expiresAt: new Date(Date.parse(createdAt) + request.ttlSeconds * 1000).toISOString(),
    ttlSeconds: request.ttlSeconds,
    machines: request.languages.map((language, slot) => ({
      language,
      slot,
      variant: 1,
      vmSize: request.vmSizes[0] ?? '',
    })),
    ...(request.keysGiven
      ? {
          staged: {
            operationId: keysOperation(input.deploymentId, input.requestHash),
            languages: request.languages,
            yields: true,
          },
        }
      : {}),
    mixerIdentityClientId: '',
  };
}

/** Compiles request, template and installation into the plan that is shown, hashed and executed. */
export function compilePlan(asked: DeployRequest, template: Template, installation: Installation): Plan {
  const request = { ...asked, keysGiven: false };
  // Placeholders for what a deployment adds, so that the hash binds only what was shown. Keys are no part of a plan either.
  const input: LifecycleInput = {
    version: 1,
    deploymentId: `${request.event}-0-0`,
    event: request.event,
    request,
    requestHash: '',
    template,
    installation,
    acceptedAt: new Date(0).toISOString(),
    by: '',
  };
  const layout = initialLayout(input);
  const graph = planGraph(request.languages);
  const longest = criticalPath(graph, (node) => template.steps[node.step].expected);
  const specs = ['preflight', ...graph.map(({ id }) => id)].map((id) => nodeSpec(input, layout, id));
  const cost = estimateCost(
    template,
    layout.machines.map((machine) => machine.vmSize),
    request,
  );
  return {
    nodes: graph.map(({ id, kind, step, dependsOn }) => ({
      id,
      kind,
      expectedSeconds: template.steps[step].expected,
      dependsOn,
    })),
    edges: graph.flatMap(({ id, dependsOn }) => dependsOn.map((from) => ({ from, to: id }))),
    criticalPath: longest.path,
    criticalPathSeconds: template.steps.preflight.expected + longest.seconds,
    cost,
    hash: contentHash({ request, template, specs, cost }),
  };
}

/** Seconds from the begin of preflight to LIVE by the template's own numbers. */
export function expectedReadySeconds(request: DeployRequest, template: Template): number {
  const longest = criticalPath(planGraph(request.languages), ({ step }) => template.steps[step].expected);
  return template.steps.preflight.expected + longest.seconds;
}

/** How long before `startsAt` a deployment begins, in seconds: as learned when it was accepted, else half as long again as the critical path, and two minutes. */
export const leadSeconds = (request: DeployRequest, template: Template): number =>
  request.leadSeconds ?? expectedReadySeconds(request, template) * 1.5 + 120;
