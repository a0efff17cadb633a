import { probe } from '../../../azure/probe.ts';
import { asksAzure, gate, type Look } from '../../gate.ts';
import type { NodeContext } from '../../handler.ts';
import { armId } from '../../resource.ts';
import { stateText, TYPE } from './state.ts';

async function lookAtContainer(context: NodeContext<'check-http'>, nth: number): Promise<Look> {
  const { input, spec, azure } = context;
  const seen = await probe(azure.transport, spec.host, spec.port, spec.path);
  if (seen.healthy) return { healthy: true, facts: { host: spec.host } };
  if (!asksAzure(context, nth)) return seen;
  const state = await stateText(azure, input.resourceGroup, spec.container);
  return { healthy: false, reason: `${seen.reason}; ${state}` };
}

export const checkHttp = gate<'check-http'>(lookAtContainer, ({ input, spec }) => armId(input, TYPE, spec.container));
