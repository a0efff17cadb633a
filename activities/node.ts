/** The activities `begin` and `poll`: fence, then the handler of the node's kind. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import { inputProblem, nodeInput } from '../domain/durable-inputs.ts';
import type { NodeInput, NodeStep, PollInput } from '../domain/seam/node.ts';
import type { NodeSpec } from '../domain/seam/node-spec.ts';
import { foreignInstallation } from './claims.ts';
import { deleteMachine } from './delete-machine.ts';
import { closedFence } from './fence.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { checkContainer, checkMixer } from './health.ts';
import { mixer } from './mixers.ts';
import { nic, nsg, publicIp, vnet } from './network.ts';
import { power } from './power.ts';
import { preflight } from './preflight/index.ts';
import { containerGroup } from './relays.ts';
import { failedStep } from './resource.ts';
import { expiresTag, lookGroup, resourceGroup } from './resource-group.ts';
import { secrets } from './secrets.ts';

const handlers: { [Kind in NodeSpec['kind']]: NodeHandler<Kind> } = {
  preflight,
  'resource-group': resourceGroup,
  secrets,
  nsg,
  vnet,
  'public-ip': publicIp,
  nic,
  'container-group': containerGroup,
  mixer,
  'check-container': checkContainer,
  'check-mixer': checkMixer,
  'expires-tag': expiresTag,
  'look-group': lookGroup,
  power,
  'delete-machine': deleteMachine,
};

/** How a kind of node sends the one request that makes its resource; undefined for kinds that make none. */
export const senderOf = (kind: NodeSpec['kind']): NodeHandler['send'] =>
  (handlers[kind] as NodeHandler | undefined)?.send;

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
): Promise<NodeStep> {
  const problem = inputProblem(nodeInput, input);
  if (problem !== undefined)
    return {
      step: 'failed',
      failure: { class: 'configuration', code: 'InvalidInput', message: `Cannot act: ${problem}` },
    };
  const failure = foreignInstallation(input.installation);
  if (failure) return { step: 'failed', failure };
  try {
    const closed = await closedFence(input, durable);
    if (closed !== undefined) return { step: 'stopped', reason: closed };
  } catch (error) {
    return unasked(input, error);
  }
  try {
    const azure = await clients(input.installation.subscriptionId);
    return await act(handlers[input.spec.kind] as NodeHandler, { input, spec: input.spec, azure, durable });
  } catch (error) {
    return failedStep(classify(error, `${input.resourceGroup}/${input.node}`));
  }
}

/** Looks first, then sends the one request that creates; returns before any poll. Never throws. */
export const begin = (input: NodeInput, durable: DurableClient): Promise<NodeStep> =>
  step(input, durable, (handler, context) => handler.begin(context));

/** One look at what `begin` started. Never throws. */
export const poll = (given: PollInput, durable: DurableClient): Promise<NodeStep> => {
  const { token, ...input } = given ?? {};
  return step(input, durable, (handler, context) => handler.poll(context, token));
};
