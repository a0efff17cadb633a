import { z } from 'zod';
import { kindNames, knownKind } from '../kinds/index.ts';
import { instanceId, isSecretName } from '../names.ts';
import { isTaggedOurs } from '../ownership.ts';
import { CORE_STEPS } from '../template/schema.ts';
import { agree, component, deployment, group, instant, seconds, secretPlace, trusted } from './fields.ts';
import type { NodeSpec } from './node-spec.ts';

const resource = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'is no name of a resource');

const discard = z.object({
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
  power: z.object({
    of: z.string(),
    component,
    name: resource,
    action: z.enum(['start', 'stop', 'restart', 'redeploy']),
  }),
  'look-group': z.object({ before: z.enum(['warning', 'end']) }),
  'expires-tag': z.object({ expires: instant, ttl: z.string().min(1).max(20) }),
};
/** Every kind of node: those of any event, those of the kinds of components, and what only a lifecycle asks for. */
const isNodeKind = (kind: string): boolean =>
  (CORE_STEPS as readonly string[]).includes(kind) ||
  Object.hasOwn(SPECS, kind) ||
  kindNames().some((name) => knownKind(name)?.steps.includes(kind));

/** Input of a node orchestration, whose instance id is `<deploymentId>-<node>-<attempt>`. */
export const nodeInput = deployment
  .extend({
    /** Instance id of the lifecycle, `event-<name>`. */
    parent: z.string(),
    node: z.string().min(1).max(200),
    attempt: z.int().positive(),
    /** The attempt that died without a word: what it had come to is gone on from. */
    after: z.int().positive().exactOptional(),
    resourceGroup: group,
    region: z.string().regex(/^[a-z][a-z0-9]*$/, 'is no region'),
    /** Tags put on every resource of the deployment. */
    tags: z.record(z.string(), z.string()),
    spec: trusted<NodeSpec>(
      z.looseObject({
        kind: z.string().refine((kind) => kind !== 'remove' && isNodeKind(kind), 'is no kind of node'),
      }),
    ),
    /** Longest time between two polls, in seconds before the time scale. */
    pollSeconds: seconds,
    /** How long it usually takes, in seconds before the time scale: the first poll is timed by it. */
    expectedSeconds: seconds,
    /** Give up after this many seconds before the time scale. */
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
export type NodeInput = z.infer<typeof nodeInput>;

export interface PollInput extends NodeInput {
  /** What the latest `running` step gave. */
  token: string;
}
