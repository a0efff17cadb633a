/**
 * How any ARM resource comes into being: look, send, watch. One file, so that every kind of resource is equally safe
 * against being begun twice, killed between the request and its token, throttled, or met by a stranger's resource.
 */
import type { AzureClients } from '../azure/clients.ts';
import { type Classified, classifyBody, orAbsent } from '../azure/errors.ts';
import { type Begun, endOf, poll as pollOperation } from '../azure/operations.ts';
import { resourceId } from '../domain/names.ts';
import { isTaggedOurs, tagOf } from '../domain/ownership.ts';
import type { Failure } from '../domain/seam/failure.ts';
import type { NodeFacts, NodeStep } from '../domain/seam/node.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import type { NodeSpec } from '../domain/seam/node-spec.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';

/** What stands in Azure under the intended name. */
export interface Present {
  provisioningState: string | undefined;
  tags: Record<string, string> | undefined;
  /** It is what the plan wants; otherwise the request is sent again (ours to change). */
  asIntended: boolean;
  /** It is ready although its last operation failed (Windows that reported late). Thorough looks only. */
  readyAnyway?: boolean;
  /** Why its last operation failed, as the resource itself remembers it. Thorough looks only. */
  failed?: { code: string; message: string };
  facts?: NodeFacts;
}

/** One kind of ARM resource, bound to one node. */
export interface Resource {
  /** ARM id, for people and errors. */
  id: string;
  /** Undefined when absent. `thorough` also reads what tells whether it is ready although an operation failed. */
  look(thorough: boolean): Promise<Present | undefined>;
  /** Sends the one request that creates it. */
  send(): Promise<Begun>;
  /**
   * How to see it finish: `operation` asks the operation (its answer explains failures), `resource` asks the resource
   * (its answer carries the facts, so the last look is also the only one).
   */
  watch: 'operation' | 'resource';
  /** Since when it is ready by its own account, ms since the epoch, of what is billed from then on. */
  readySince?(): Promise<number | undefined>;
  /** Facts already in the answer to the request. */
  earlyFacts?(body: unknown): NodeFacts | undefined;
  /** Whether the status of a running operation shows that it can only end badly, long before Azure gives up. */
  hopeless?(body: unknown): Failure | undefined;
}

interface Token {
  /** `operation` and `resource` as {@link Resource.watch}; `resend` after a failure that passes by itself. */
  see: 'operation' | 'resource' | 'resend';
  operation?: string;
  facts?: NodeFacts;
  /** Watching on after a failure that is not final. */
  patient?: true;
  /** Times the request was sent again. */
  resent?: number;
  /** When the request was first sent, and when its operation ended; ms since the epoch. What is billed is billed by these. */
  sentAt?: number;
  endedAt?: number;
  /** Looks that missed a resource that should be there. */
  missed?: number;
}

/** Looks that may miss a resource just created (ARM is eventually consistent) before it counts as taken away. */
const MISSES = 5;
/** Times a request is sent again after its operation failed for a passing reason. */
const RESENDS = 5;

const running = (token: Token, afterSeconds?: number, detail?: string): NodeStep => ({
  step: 'running',
  token: JSON.stringify(token),
  ...(afterSeconds === undefined ? {} : { afterSeconds }),
  ...(detail === undefined ? {} : { detail }),
});
const times = ({ sentAt, endedAt }: Partial<Token>): NodeFacts => ({
  ...(sentAt === undefined ? {} : { sentAt }),
  ...(endedAt === undefined ? {} : { readyAt: endedAt }),
});
const done = (facts: NodeFacts | undefined, token: Partial<Token> = {}): NodeStep => ({
  step: 'done',
  facts: { ...facts, ...times(token) },
});
const failed = (failure: Failure, token: Partial<Token>): NodeStep => ({
  step: 'failed',
  failure,
  facts: times(token),
});

/** The step that a classified failure of a request or a look leads to. */
export const failedStep = ({ failure, retryAfterSeconds }: Classified): NodeStep =>
  retryAfterSeconds === undefined
    ? { step: 'failed', failure }
    : { step: 'again', afterSeconds: retryAfterSeconds, failure };

const is = (state: string | undefined, ...states: string[]) => states.includes((state ?? '').toLowerCase());

const stateIn = (body: unknown): string | undefined =>
  (body as { properties?: { provisioningState?: string } } | undefined)?.properties?.provisioningState;

async function begin(resource: Resource, input: NodeInput, before: Partial<Token>): Promise<NodeStep> {
  const present = await resource.look(false);
  if (present) {
    // What carries no tag of ours is a stranger's, however it came by its name.
    if (!isTaggedOurs(present.tags, input.deploymentId)) return foreign(resource, tagOf(present.tags, 'deployment'));
    if (is(present.provisioningState, 'deleting', 'deprovisioning')) return leaving(resource);
    if (present.asIntended && !is(present.provisioningState, 'failed', 'canceled')) {
      if (is(present.provisioningState, 'succeeded')) return await ready(resource, present, before);
      return running({ ...kept(before), see: 'resource' });
    }
  }
  const sentAt = before.sentAt ?? ports().now();
  const begun = await resource.send();
  const facts = resource.earlyFacts?.(begun.body);
  // A network interface is ready in the very answer, though that also names an operation to follow (recorded, azure-sdk-for-js).
  if (facts && is(stateIn(begun.body), 'succeeded')) return done(facts, { sentAt });
  if (begun.done)
    return resource.earlyFacts ? done(facts, { sentAt }) : await poll(resource, input, { see: 'resource', sentAt });
  const token: Token = { see: resource.watch, operation: begun.token, resent: before.resent ?? 0, sentAt };
  return running(facts ? { ...token, facts } : token, begun.afterSeconds);
}

async function poll(resource: Resource, input: NodeInput, token: Token, azure?: AzureClients): Promise<NodeStep> {
  if (token.see === 'resend') return await begin(resource, input, token);
  if (token.see === 'resource' || !azure || token.operation === undefined) return await watch(resource, token, azure);
  const seen = await pollOperation(azure, token.operation, resource.id);
  switch (seen.state) {
    case 'running': {
      const failure = resource.hopeless?.(seen.body);
      if (failure) return failed(failure, token);
      return running({ ...token, operation: seen.token }, seen.afterSeconds);
    }
    case 'succeeded':
      return token.facts || !resource.earlyFacts
        ? done(token.facts, { ...token, endedAt: endOf(seen.body) ?? ports().now() })
        : await watch(resource, { ...kept(token), endedAt: endOf(seen.body) ?? ports().now(), see: 'resource' }, azure);
    case 'failed':
      return afterFailure(seen.classified, { ...token, endedAt: ports().now() });
    case 'unseen':
      // The operation's URL may have gone, the resource has not: judge by the resource itself.
      return seen.classified.retryAfterSeconds === undefined
        ? await watch(resource, { ...kept(token), see: 'resource' }, azure)
        : failedStep(seen.classified);
  }
}

/** What a token remembers whatever is watched next. */
const kept = ({ sentAt, endedAt }: Partial<Token>): Partial<Token> => ({
  ...(sentAt === undefined ? {} : { sentAt }),
  ...(endedAt === undefined ? {} : { endedAt }),
});

/** The operation failed: watch on, send again, or give up. */
function afterFailure(classified: Classified, token: Token): NodeStep {
  if (classified.notFinal)
    return running({ ...kept(token), see: 'resource', patient: true }, undefined, classified.failure.code);
  const resent = (token.resent ?? 0) + 1;
  if (classified.retryAfterSeconds !== undefined && resent <= RESENDS)
    return running({ ...kept(token), see: 'resend', resent }, classified.retryAfterSeconds, classified.failure.code);
  return failed(classified.failure, token);
}

async function watch(resource: Resource, token: Token, azure: AzureClients | undefined): Promise<NodeStep> {
  const present = await resource.look(token.patient === true);
  if (!present) {
    const missed = (token.missed ?? 0) + 1;
    return missed > MISSES ? vanished(resource) : running({ ...token, missed }, 2);
  }
  if (is(present.provisioningState, 'succeeded') || (token.patient && present.readyAnyway))
    return await ready(resource, present, token);
  if (is(present.provisioningState, 'failed', 'canceled') && !token.patient)
    return afterFailure(await whyFailed(resource, token, azure), token);
  return running(token);
}

/** Where its operation was not seen to end it may have been ready for long: the host was away. */
async function ready(resource: Resource, { facts }: Present, token: Partial<Token>): Promise<NodeStep> {
  if (token.endedAt !== undefined) return done(facts, token);
  const endedAt = await resource.readySince?.();
  return done(facts, endedAt === undefined ? token : { ...token, endedAt });
}

/** The operation explains what the resource only states; where its token is lost, the resource may remember. */
async function whyFailed(resource: Resource, token: Token, azure: AzureClients | undefined): Promise<Classified> {
  const seen = azure && token.operation ? await pollOperation(azure, token.operation, resource.id) : undefined;
  if (seen?.state === 'failed') return seen.classified;
  const remembered = (await resource.look(true))?.failed;
  return classifyBody(remembered ?? { code: 'ProvisioningFailed' }, undefined, {
    resource: resource.id,
    fallback: 'Azure ended creating it as failed; its activity log may say why',
  });
}

const foreign = (resource: Resource, owner: string | undefined): NodeStep => ({
  step: 'failed',
  failure: {
    class: 'foreign',
    code: 'ForeignResource',
    message: `Cannot use ${resource.id} as it belongs to ${owner === undefined ? 'somebody else' : `deployment ${owner}`}`,
    resource: resource.id,
    advice: 'tear that deployment down, or remove the resource if it is a leftover',
  },
});
const leaving = (resource: Resource): NodeStep => ({
  step: 'again',
  afterSeconds: 10,
  failure: {
    class: 'conflict',
    code: 'BeingDeleted',
    message: `Cannot create ${resource.id} as its namesake is still being deleted`,
    resource: resource.id,
  },
});
const vanished = (resource: Resource): NodeStep => ({
  step: 'failed',
  failure: {
    class: 'conflict',
    code: 'Vanished',
    message: `Cannot find ${resource.id} any more: someone else removed it`,
    resource: resource.id,
    advice: 'deploy again',
  },
});

/** A handler for the kind of resource that `bind` describes. */
export const resourceHandler = <Kind extends NodeSpec['kind']>(
  bind: (context: NodeContext<Kind>) => Resource,
): NodeHandler<Kind> => ({
  begin: async (context) => await begin(bind(context), context.input, {}),
  poll: async (context, token) => await poll(bind(context), context.input, JSON.parse(token) as Token, context.azure),
  send: async (context) => await bind(context).send(),
});

/** Reads a resource: undefined when absent. */
export const read = orAbsent;

/** The ARM id of a resource in the deployment's group. */
export const armId = (
  { installation, resourceGroup }: Pick<NodeInput, 'installation' | 'resourceGroup'>,
  type: string,
  name: string,
): string => resourceId(installation.subscriptionId, resourceGroup, type, name);
