import { probe } from '../../../azure/probe.ts';
import { asksAzure, attempt, type Look } from '../../gate.ts';
import type { NodeContext, NodeHandler } from '../../handler.ts';
import { armId, read } from '../../resource.ts';

async function lookAtContainer(context: NodeContext<'check-http'>, nth: number): Promise<Look> {
  const { input, spec, azure } = context;
  const seen = await probe(azure.transport, spec.host, spec.port, spec.path);
  if (seen.healthy) return { healthy: true, facts: { host: spec.host } };
  if (!asksAzure(context, nth)) return seen;
  const group = await read(azure.containers.containerGroups.get(input.resourceGroup, spec.container));
  const state = group ? `container group ${group.instanceView?.state ?? 'without a state'}` : 'no container group';
  return { healthy: false, reason: `${seen.reason}; ${state}` };
}

export const checkHttp: NodeHandler<'check-http'> = {
  begin: async (context) => await checkHttp.poll(context, '1'),
  poll: async (context, token) =>
    attempt(
      await lookAtContainer(context, Number(token)),
      Number(token),
      context.spec,
      context.input.installation.timeScale,
      armId(context.input, 'Microsoft.ContainerInstance/containerGroups', context.spec.container),
    ),
};
