/** The activities `begin` and `poll`: fence, then the handler of the node's kind. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import { lookingOnly } from '../azure/looking.ts';
import { instanceId } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import { ACTIVITY } from '../domain/seam/functions.ts';
import { inputProblem } from '../domain/seam/input.ts';
import type { NodeStep } from '../domain/seam/node.ts';
import type { NodeInput, PollInput } from '../domain/seam/node-input.ts';
import { nodeInput } from '../domain/seam/node-input.ts';
import { resultsOf } from '../durable/past.ts';
import { foreignInstallation } from '../inspect/claims.ts';
import { telling } from '../telemetry/calls.ts';
import { nodeSpan } from '../telemetry/span.ts';
import { checkAgent } from './check-agent.ts';
import { discard } from './discard.ts';
import { type Closed, closedFence } from './fence.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { handlerOf } from './kinds/index.ts';
import { nsg, vnet } from './network.ts';
import { power } from './power.ts';
import { preflight } from './preflight.ts';
import { failedStep } from './resource.ts';
import { expiresTag, lookGroup, resourceGroup } from './resource-group.ts';
import { secrets } from './secrets.ts';

/** What every event has, whatever it is composed of; the rest belongs to the kinds of components. */
const shared: Record<string, unknown> = {
  preflight,
  'resource-group': resourceGroup,
  secrets,
  nsg,
  vnet,
  'check-agent': checkAgent,
  'expires-tag': expiresTag,
  'look-group': lookGroup,
  power,
  discard,
};

function handlerFor(kind: string): NodeHandler {
  const found = own(shared, kind) ?? handlerOf(kind);
  if (!found) throw new Error(`Cannot act as there is no kind of node ${kind}`);
  // A spec of a kind is what its handler takes: both are named by `kind`.
  return found as NodeHandler;
}

/** How a kind of node sends the one request that makes its resource; undefined for kinds that make none. */
export const senderOf = (kind: string): NodeHandler['send'] => handlerFor(kind).send;

/** Seconds until the lifecycle is asked after again. */
const ASK_AGAIN = 10;

/** Nothing is done while nobody knows whether it is still wanted. */
const unasked = ({ parent }: NodeInput, error: unknown): NodeStep => ({
  step: 'again',
  afterSeconds: ASK_AGAIN,
  failure: {
    class: 'unknown',
    code: 'LifecycleUnread',
    message: `Cannot ask after ${parent}: ${error instanceof Error ? error.message : String(error)}`,
  },
});

async function step(
  input: NodeInput,
  durable: DurableClient,
  act: (handler: NodeHandler, context: NodeContext) => Promise<NodeStep>,
  onlyLooks = false,
): Promise<NodeStep> {
  const problem = inputProblem(nodeInput, input);
  if (problem !== undefined)
    return {
      step: 'failed',
      failure: { class: 'configuration', code: 'InvalidInput', message: `Cannot act: ${problem}` },
    };
  const failure = foreignInstallation(input.installation);
  if (failure) return { step: 'failed', failure };
  let closed: Closed | undefined;
  try {
    closed = await closedFence(input, durable);
  } catch (error) {
    return unasked(input, error);
  }
  const acting = async (): Promise<NodeStep> => {
    try {
      const azure = await clients(input.installation.subscriptionId);
      const { deploymentId, node, attempt, spec } = input;
      return await telling({ deploymentId, spanId: nodeSpan(deploymentId, node, attempt) }, () =>
        act(handlerFor(spec.kind), { input, spec, azure, durable }),
      );
    } catch (error) {
      return failedStep(classify(error, `${input.resourceGroup}/${input.node}`));
    }
  };
  if (closed === undefined) return await acting();
  const stopped: NodeStep = { step: 'stopped', reason: closed.why };
  if (!onlyLooks || !closed.mayLook) return stopped;
  const { result, refused } = await lookingOnly(acting);
  return refused ? stopped : result;
}

/** Looks first, then sends the one request that creates; returns before any poll. Never throws. */
export const begin = (input: NodeInput, durable: DurableClient): Promise<NodeStep> =>
  step(input, durable, async (handler, context) => {
    const last = input.after === undefined ? undefined : await lastOf(input, input.after, durable);
    if (last?.step === 'done') return last;
    return last?.step === 'running' ? await handler.poll(context, last.token) : await handler.begin(context);
  });

/** What an attempt that died had come to, where it had sent something; where nobody can say, Azure is looked at as ever. */
async function lastOf({ deploymentId, node }: NodeInput, attempt: number, durable: DurableClient) {
  const dead = instanceId.node(deploymentId, node, attempt);
  const came = await resultsOf<NodeStep>(durable, dead, [ACTIVITY.begin, ACTIVITY.poll]).catch(() => []);
  return came.map(({ result }) => result).findLast(({ step: each }) => each === 'running' || each === 'done');
}

/** One look at what `begin` started. Never throws. */
export const poll = (given: PollInput, durable: DurableClient): Promise<NodeStep> => {
  const { token, ...input } = given ?? {};
  return step(input, durable, (handler, context) => handler.poll(context, token), true);
};
