/** What one kind of node can do; every file of this folder that makes or checks something gives one. */
import type { DurableClient } from 'durable-functions';
import type { AzureClients } from '../azure/clients.ts';
import type { NodeStep } from '../domain/seam/node.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import type { NodeSpec } from '../domain/seam/node-spec.ts';

export interface NodeContext<Kind extends NodeSpec['kind'] = NodeSpec['kind']> {
  input: NodeInput;
  spec: Extract<NodeSpec, { kind: Kind }>;
  azure: AzureClients;
  durable: DurableClient;
}

/** Both may throw: node.ts turns what they throw into a step. Both may run twice. */
export interface NodeHandler<Kind extends NodeSpec['kind'] = NodeSpec['kind']> {
  /** Looks first, then sends the one request that creates; returns before any poll. */
  begin(context: NodeContext<Kind>): Promise<NodeStep>;
  /** One look at what `begin` started. */
  poll(context: NodeContext<Kind>, token: string): Promise<NodeStep>;
  /** Sends the request that creates, whatever stands there; only kinds that make one resource by one PUT have it. */
  send?(context: NodeContext<Kind>): Promise<unknown>;
}

/** For kinds whose `begin` does everything. */
export const noPoll = async (): Promise<NodeStep> => {
  throw new Error('Cannot poll a node that finishes when it begins');
};
