/** `POST /api/plan`: what a deployment would do, take and cost, and whether it could; nothing is created. */

import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { planSchema } from '../contract/api/plan.ts';
import { mustDeliver } from '../domain/kinds/index.ts';
import { isMixer } from '../domain/kinds/view.ts';
import { REDUCER_VERSION } from '../domain/lifecycle/version.ts';
import { compilePlan } from '../domain/plan/compile.ts';
import { planGraph } from '../domain/plan/graph.ts';
import { initialLayout } from '../domain/plan/initial.ts';
import { type ReadySeconds, readySeconds, stepSeconds } from '../domain/plan/learned.ts';
import { soundOf, standingParts } from '../domain/plan/parts.ts';
import { nodeSpec } from '../domain/plan/specs.ts';
import { deploySchema, parseDeployRequest } from '../domain/request/deploy.ts';
import { sharedSounds } from '../domain/request/sounds.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { NodeSpec } from '../domain/seam/node-spec.ts';
import { isBroken, lifecycleOf } from '../durable/deployments.ts';
import type { CheckResult } from '../inspect/preflight/check.ts';
import { runChecks } from '../inspect/preflight/index.ts';
import { ports } from '../ports/index.ts';
import { budgetCheck } from './budget.ts';
import { templates } from './catalogue.ts';
import { stateOf } from './command.ts';
import { type Call, door } from './door.ts';
import { installationFor } from './image-choice.ts';
import { notSet } from './installation.ts';
import { learnedOf } from './learned.ts';
import { invalid } from './problem.ts';

/** The name must be free. */
async function nameCheck({ durable }: Call, event: string): Promise<CheckResult> {
  const lifecycle = await lifecycleOf(durable, event);
  return lifecycle && (isBroken(lifecycle) || !lifecycle.ended)
    ? { name: 'event name', outcome: 'fail', detail: `${event} exists and is ${stateOf(lifecycle)}` }
    : { name: 'event name', outcome: 'pass', detail: `${event} is free` };
}

/** What preflight would look at, for a deployment that does not exist yet. Keys of a plan go nowhere, so none are looked for. */
function preflightSpec(input: LifecycleInput): Extract<NodeSpec, { kind: 'preflight' }> {
  const spec = nodeSpec(input, initialLayout(input), 'preflight');
  if (spec.kind !== 'preflight') throw new Error(`Cannot plan as preflight compiled to ${spec.kind}`);
  return { ...spec, streamSecrets: [] };
}

/** Whether an event that is to be ready at a time probably will be; undefined when any time does. */
function startCheck(startsAt: string | undefined, { p50, p95 }: ReadySeconds, now: number, timeScale: number) {
  if (startsAt === undefined) return undefined;
  const left = Math.round(((Date.parse(startsAt) - now) / 1000) * timeScale);
  const name = 'ready in time';
  const usual = `half of all deployments are ready after ${p50} s, nearly all after ${p95} s`;
  return left >= p95
    ? ({ name, outcome: 'pass', detail: usual } as const)
    : ({
        name,
        outcome: 'warn',
        detail: `only ${left} s are left, and ${usual}: move startsAt or deploy at once`,
      } as const);
}

/** Which sound each language gets; one that two of them get is allowed, and may be a mistake. */
function soundCheck(lifecycle: LifecycleInput): CheckResult | undefined {
  const name = 'sound';
  const mixers = standingParts(lifecycle, initialLayout(lifecycle)).filter(isMixer);
  const sounds = mixers.map(({ member }) => [member.each ?? '', soundOf(lifecycle, member)] as const);
  if (sounds.length === 0) return undefined;
  const shared = sharedSounds(sounds);
  if (shared.length > 0) return { name, outcome: 'warn', detail: shared.join('; ') };
  return { name, outcome: 'pass', detail: sounds.map(([language, sound]) => `${language} ${sound}`).join(', ') };
}

/** Which components count as well only when what they send arrives. */
function deliveryCheck(lifecycle: LifecycleInput): CheckResult | undefined {
  const parts = standingParts(lifecycle, initialLayout(lifecycle)).filter(({ rule }) =>
    mustDeliver(rule, lifecycle.request),
  );
  if (parts.length === 0) return undefined;
  const detail = `live when picture and sound have arrived from ${parts.map(({ id }) => id).join(', ')}`;
  return { name: 'far end', outcome: 'pass', detail };
}

/** What a template refers to of the installation. */
function settingsCheck({ template, installation }: LifecycleInput, settings: Settings): CheckResult | undefined {
  const missing = notSet(settings, template, installation);
  return missing.length === 0
    ? undefined
    : { name: 'settings', outcome: 'fail', detail: `not set: ${missing.join(', ')} (docs/operate/install.md)` };
}

async function plan(call: Call) {
  const { settings, body } = call;
  const now = ports().now();
  const parsed = parseDeployRequest(body, { templates: templates(), defaultRegion: settings.defaultRegion, now });
  if (!parsed.ok) throw invalid(parsed.problems);
  const { request, template } = parsed;
  const { event } = request;
  const installation = await installationFor(call.durable, settings, parsed);
  const compiled = compilePlan(request, template, installation);
  const acceptedAt = new Date(now).toISOString();
  const input = { version: REDUCER_VERSION, deploymentId: '', event, request, requestHash: '', template, installation };
  const lifecycle: LifecycleInput = { ...input, acceptedAt, by: call.who.name };
  const { region, resourceGroup } = initialLayout(lifecycle);
  const [learned, name, checks] = await Promise.all([
    learnedOf(call.durable, request),
    nameCheck(call, event),
    runChecks({
      azure: await clients(settings.subscriptionId),
      installation,
      spec: preflightSpec(lifecycle),
      deploymentId: '',
      resourceGroup,
      region,
    }),
  ]);
  const budget = budgetCheck(request.budget, compiled.cost);
  const ready = readySeconds(learned, request, template);
  const timely = startCheck(request.startsAt, ready, now, settings.timeScale);
  const of = [timely, budget, settingsCheck(lifecycle, settings), soundCheck(lifecycle), deliveryCheck(lifecycle)];
  const all = [name, ...checks, ...of.flatMap((check) => check ?? [])];
  const usual = stepSeconds(learned);
  const steps = planGraph(template, initialLayout(lifecycle).members).map(({ step }) => usual[step]);
  return {
    json: {
      event,
      title: request.title,
      region,
      ...compiled,
      nodes: compiled.nodes.map((node, index) => ({
        ...node,
        ...(steps[index] === undefined ? {} : { learnedSeconds: steps[index] }),
      })),
      readySeconds: ready,
      checks: all.map(({ name: what, outcome, detail }) => ({ name: what, outcome, detail })),
    },
  };
}

export const planDoors = [
  door({
    name: 'api-plan',
    method: 'POST',
    route: 'api/plan',
    access: 'viewer',
    summary: 'What a deployment would create, take and cost, and whether it could',
    schema: deploySchema,
    validatesItself: true,
    bodies: { 200: planSchema },
    answers: { 200: 'The plan with its checks and its hash' },
    handle: (call) => plan(call),
  }),
];
