/**
 * What stands in Azure against the plan. The plan is what each node was told to make, which its durable instance still holds; what
 * it would send is compared with what its address gives back, so a kind of resource needs no second description.
 */
import type { DurableClient } from 'durable-functions';
import { captured } from '../azure/capture.ts';
import type { AzureClients } from '../azure/clients.ts';
import type { Drift } from '../contract/api/drift.ts';
import { differences, type Json } from '../domain/drift/differences.ts';
import { instanceId } from '../domain/names.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';
import { inTurns } from '../durable/in-turns.ts';
import { instanceStatus } from '../durable/instances.ts';
import { holdingsOf } from '../inspect/holdings.ts';
import { ports } from '../ports/index.ts';
import { senderOf } from './node.ts';

/** What the node was told to make, with the end of the event as it has been moved since. */
function wanted(input: NodeInput, { expiresAt }: DecodedStatus): NodeInput {
  const { spec } = input;
  if (spec.kind !== 'resource-group') return input;
  const { ttl: _moved, ...tags } = spec.tags;
  const end = expiresAt ?? tags.expires ?? '';
  // A status counts whole seconds, tags what was asked for.
  const same = Math.abs(Date.parse(tags.expires ?? '') - Date.parse(end)) < 1_000;
  return { ...input, spec: { ...spec, tags: same ? tags : { ...tags, expires: end, DeleteAfter: end } } };
}

/** Looks at every resource that the plan has made. @throws what Azure says where it cannot be looked at */
export async function lookForDrift(
  durable: DurableClient,
  azure: AzureClients,
  event: string,
  status: DecodedStatus,
): Promise<Drift> {
  const { deploymentId, resourceGroup } = status;
  const drift: Drift = {
    event,
    deploymentId,
    at: new Date(ports().now()).toISOString(),
    looked: 0,
    differences: [],
    strangers: [],
  };
  await inTurns(
    status.nodes.filter(({ state }) => state === 'done'),
    async ({ id, attempt }) => {
      const instance = await instanceStatus(durable, instanceId.node(deploymentId, id, attempt));
      const made = instance?.input as NodeInput | undefined;
      const send = made === undefined ? undefined : senderOf(made.spec.kind);
      if (made === undefined || send === undefined) return;
      const input = wanted(made, status);
      const found = await captured(azure, input.installation.subscriptionId, (clients) =>
        send({ input, spec: input.spec, azure: clients, durable }),
      );
      drift.looked++;
      for (const one of differences(found.planned as Json, found.actual as Json | undefined))
        drift.differences.push({ node: id, resource: found.id, ...one });
    },
  );
  const order = status.nodes.map(({ id }) => id);
  drift.differences.sort((a, b) => order.indexOf(a.node) - order.indexOf(b.node));
  const { strangers } = await holdingsOf(azure, resourceGroup, deploymentId, false);
  drift.strangers = strangers.map(({ id, type, name, why }) => ({ id, type, name, why }));
  return drift;
}
