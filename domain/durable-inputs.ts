/**
 * What durable functions that can delete must be given: anyone with the host's key may start or signal them with anything.
 * Asked by the orchestrator before it acts and by the activity before it touches Azure. Nothing is quoted back.
 */
import { z } from 'zod';
import { COMPONENT_ID } from './component.ts';
import { parseInstant } from './instant.ts';
import { kindNames, knownKind } from './kinds/index.ts';
import { EVENT_NAME, eventOfDeployment, instanceId, isSecretName, LANGUAGE, parseGroupName } from './names.ts';
import { isTaggedOurs } from './ownership.ts';
import { problemsOf } from './request/problems.ts';
import { EVENT_STATES } from './states.ts';
import { CORE_STEPS, VAULTS } from './template/schema.ts';

const event = z.string().regex(EVENT_NAME, 'is no name of an event');
const deploymentId = z.string().refine((id) => eventOfDeployment(id) !== undefined, 'is no id of a deployment');
const group = z.string().refine((name) => parseGroupName(name) !== undefined, 'is no group of an event');
const language = z.string().regex(LANGUAGE, 'is no language');
const instant = z.string().refine((text) => parseInstant(text) !== undefined, 'is no ISO 8601 time');
const seconds = z
  .number()
  .nonnegative()
  .max(30 * 86_400);
const vault = z.string().regex(/^https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'is no address of a vault');

const installation = z.looseObject({
  subscriptionId: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'is no id of a subscription'),
  keyVaultUrl: vault,
  mixerVaultUrl: vault,
  timeScale: z.number().min(1),
});

const deployment = z.looseObject({ deploymentId, event, installation });
type Deployment = z.infer<typeof deployment>;

/** Id, event, group and parent must be of one event. */
function agree(
  { deploymentId: id, event: name, resourceGroup }: Deployment & { resourceGroup?: string },
  context: z.core.$RefinementCtx,
): void {
  const issue = (path: string) => context.addIssue({ code: 'custom', path: [path], message: 'is of another event' });
  if (eventOfDeployment(id) !== name) issue('deploymentId');
  if (resourceGroup !== undefined && parseGroupName(resourceGroup)?.event !== name) issue('resourceGroup');
}

const secretPlace = z.strictObject({
  vault: z.enum(VAULTS),
  secret: z.string().regex(/^[a-z0-9-]{1,127}$/, 'is no name of a secret'),
});
const component = z.string().regex(COMPONENT_ID, 'is no component');

const removal = deployment.extend({
  parent: z.string(),
  n: z.int().nonnegative(),
  resourceGroup: group,
  agents: z.array(component).max(10_000),
  vaultSecrets: z.array(secretPlace).max(20_000),
  secrets: z.boolean(),
  pollSeconds: seconds,
});

export const removeInput = removal.superRefine((input, context) => {
  agree(input, context);
  // Empty where the reaper started it.
  if (input.parent !== '' && input.parent !== instanceId.lifecycle(input.event))
    context.addIssue({ code: 'custom', path: ['parent'], message: 'is no lifecycle of this event' });
});

export const removeStepInput = z.intersection(
  removeInput,
  z.looseObject({
    action: z.enum(['list', 'delete', 'poll', 'secrets', 'purge', 'verify']),
    token: z.string().optional(),
  }),
);

const resource = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'is no name of a resource');

const discard = z.looseObject({
  kind: z.literal('discard'),
  of: z.string(),
  component,
  variant: z.int().positive().max(1_000_000),
  names: z.record(z.string(), resource),
  secrets: z.array(secretPlace).max(100),
  forget: z.boolean(),
});

/** What a kind of node acts on. Those without a schema of their own make things, and look first whose they are. */
const SPECS: Record<string, z.ZodType> = {
  discard,
  power: z.looseObject({
    of: z.string(),
    component,
    name: resource,
    action: z.enum(['start', 'stop', 'restart', 'redeploy']),
  }),
  'look-group': z.looseObject({ before: z.enum(['warning', 'end']) }),
  'expires-tag': z.looseObject({ expires: instant, ttl: z.string().min(1).max(20) }),
};
/** Every kind of node: those of any event, those of the kinds of components, and what only a lifecycle asks for. */
const isNodeKind = (kind: string): boolean =>
  (CORE_STEPS as readonly string[]).includes(kind) ||
  Object.hasOwn(SPECS, kind) ||
  kindNames().some((name) => knownKind(name)?.steps.includes(kind));

export const nodeInput = deployment
  .extend({
    parent: z.string(),
    node: z.string().min(1).max(200),
    attempt: z.int().positive(),
    resourceGroup: group,
    region: z.string().regex(/^[a-z][a-z0-9]*$/, 'is no region'),
    tags: z.record(z.string(), z.string()),
    spec: z.looseObject({
      kind: z.string().refine((kind) => kind !== 'remove' && isNodeKind(kind), 'is no kind of node'),
    }),
    pollSeconds: seconds,
    expectedSeconds: seconds,
    timeoutSeconds: seconds,
  })
  .superRefine((input, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    agree(input, context);
    if (input.parent !== instanceId.lifecycle(input.event)) issue(['parent'], 'is no lifecycle of this event');
    if (!isTaggedOurs(input.tags, input.deploymentId)) issue(['tags'], 'do not name the deployment');
    const parsed = SPECS[input.spec.kind]?.safeParse(input.spec);
    if (parsed?.error)
      for (const { path, message } of parsed.error.issues) issue(['spec', ...path.map(String)], message);
    const gone = discard.safeParse(input.spec).data;
    if (gone && !knownKind(gone.of)?.isOne(gone, input.event))
      issue(['spec'], 'does not name one component of this event');
    if (gone?.secrets.some(({ secret }) => !isSecretName(input.deploymentId, secret)))
      issue(['spec', 'secrets'], 'are of another deployment');
  });

/** The lifecycle starts removals and everything else with what it was given itself. */
export const lifecycleInput = deployment
  .extend({
    version: z.number(),
    acceptedAt: instant,
    requestHash: z.string(),
    request: z.looseObject({
      event,
      title: z.string(),
      languages: z.array(language).max(1000),
      regions: z.array(z.string().min(1)).min(1),
      vmSizes: z.array(z.string().min(1)).min(1),
      ttlSeconds: seconds,
      environment: z.string(),
    }),
    template: z.looseObject({
      name: z.string(),
      environments: z.record(z.string(), z.unknown()),
      steps: z.record(z.string(), z.unknown()),
      components: z.record(
        z.string(),
        z.looseObject({ kind: z.string().refine((kind) => knownKind(kind) !== undefined, 'is no kind of component') }),
      ),
      secrets: z.record(z.string(), z.looseObject({ vault: z.enum(VAULTS) })),
    }),
  })
  .superRefine((input, context) => {
    agree(input, context);
    if (input.request.event !== input.event)
      context.addIssue({ code: 'custom', path: ['request', 'event'], message: 'is of another event' });
    if (!Object.hasOwn(input.template.environments, input.request.environment))
      context.addIssue({ code: 'custom', path: ['request', 'environment'], message: 'is not in the template' });
  });

/** What an instance was started with, when it is a lifecycle's of this event; undefined for whatever else was put under its id. */
export const isLifecycleOf = (name: string, given: unknown): boolean =>
  lifecycleInput.safeParse(given).data?.event === name;

export const indexEntry = z
  .looseObject({
    event,
    deploymentId,
    state: z.enum(EVENT_STATES),
    resourceGroup: group,
    expiresAt: instant.optional(),
    at: instant,
  })
  .superRefine(({ event: name, deploymentId: id, resourceGroup }, context) => {
    if (eventOfDeployment(id) !== name || parseGroupName(resourceGroup)?.event !== name)
      context.addIssue({ code: 'custom', path: ['deploymentId'], message: 'is of another event' });
  });

const DAY_SECONDS = 86_400;
/** What a run took, for all deployments after it. */
export const runInput = z.looseObject({
  deploymentId,
  readySeconds: z.number().positive().max(DAY_SECONDS),
  steps: z.record(z.string(), z.number().nonnegative().max(DAY_SECONDS)),
});

const complaints = z.array(z.looseObject({ code: z.string().max(100) })).max(100);
const word = z.string().max(200);
/** Operations of a mixer's entity, which is believed as the mixer is. */
export const agentInputs = {
  hear: z.looseObject({
    at: instant,
    streaming: z.boolean(),
    scene: word.optional(),
    reconnects: z.number().optional(),
    droppedFrames: z.number().optional(),
    sources: z.record(z.string(), z.string()).optional(),
    problems: complaints.optional(),
    warnings: complaints.optional(),
  }),
  want: z.strictObject({
    streaming: z.boolean().optional(),
    scene: word.optional(),
    restartId: word.optional(),
    rereadId: word.optional(),
  }),
  tell: z.looseObject({ healthy: z.boolean(), problems: complaints }),
} as const;

/** An alarm rings for its event alone. */
export const alarmInput = z
  .looseObject({
    deploymentId,
    parent: z.string(),
    alarm: z.string().min(1),
    generation: z.int().nonnegative(),
    at: instant,
  })
  .refine(({ deploymentId: id, parent }) => parent === instanceId.lifecycle(eventOfDeployment(id) ?? ''), {
    path: ['parent'],
    message: 'is no lifecycle of this event',
  });

const words = z.string().max(10_000);
export const notificationInput = z.looseObject({
  deploymentId,
  event,
  title: words,
  kind: words,
  text: words,
  at: words,
  to: z.string().max(100).optional(),
});

/** Input of an agent's `forget`: the deployment that its key `<deploymentId>-<component>` begins with. */
export const agentKeyOf = (key: string): z.ZodType =>
  deploymentId.refine(
    (id) => key.startsWith(`${id}-`) && COMPONENT_ID.test(key.slice(id.length + 1)),
    'is not the deployment of this mixer',
  );

const record = z.record(z.string(), z.unknown());
const scheduleName = z.string().regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, 'is no name of a schedule');
const outcome = z.looseObject({ occurrence: instant, deploymentId: deploymentId.optional() });

/** Operations of the entity that holds the schedules. */
export const scheduleInputs = {
  put: z.looseObject({
    name: scheduleName,
    days: z.array(z.string()).min(1).max(7),
    at: z.string().regex(/^\d\d:\d\d$/, 'is no time of day'),
    timeZone: z.string().min(1).max(80),
    aheadSeconds: seconds,
    paused: z.boolean(),
    request: record,
    keys: z.array(language).max(1000),
  }),
  outcome: z.looseObject({ name: scheduleName, last: outcome }),
  remove: scheduleName,
} as const;

/** What is wrong with a value, in words; undefined when nothing is. Values themselves are never shown. */
export function inputProblem(schema: z.ZodType, value: unknown): string | undefined {
  const { error } = schema.safeParse(value);
  if (!error) return undefined;
  return problemsOf(error)
    .slice(0, 10)
    .map(({ path, message }) => `${path || 'the input'}: ${message}`)
    .join('; ');
}

/** @throws Error naming every field that is wrong */
export function mustBe(schema: z.ZodType, value: unknown, what: string): void {
  const problem = inputProblem(schema, value);
  if (problem !== undefined) throw new Error(`Cannot ${what} as its input is not valid: ${problem}`);
}
