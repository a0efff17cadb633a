/** `POST /api/teardown`: without `confirm` it only says what would go. */

import { clients } from '../azure/clients.ts';
import { classify, orAbsent } from '../azure/errors.ts';
import { acceptedSchema } from '../contract/api/operation.ts';
import { type RemovalPreview, removalPreviewSchema } from '../contract/api/removal.ts';
import { holdOf, isTaggedOurs } from '../domain/ownership.ts';
import { teardownSchema } from '../domain/request/commands.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { groupsOf } from '../inspect/claims.ts';
import { holdingsOf } from '../inspect/holdings.ts';
import { knownLifecycle, sendCommand, stateOf } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { decoded } from './views.ts';

type Foreign = Pick<RemovalPreview, 'wouldStay' | 'held' | 'unseen'>;

/** What is in the event's groups now and is not its own. The rest of the preview is worth having when Azure cannot say. */
async function foreignIn({ settings }: Call, { input }: Lifecycle): Promise<Foreign> {
  const azure = await clients(settings.subscriptionId);
  const found: Foreign = { wouldStay: [], held: null };
  try {
    for (const name of groupsOf(input)) {
      const group = await orAbsent(azure.resources.resourceGroups.get(name));
      if (!isTaggedOurs(group?.tags, input.deploymentId)) continue;
      found.held ??= holdOf(group?.tags) ?? null;
      found.wouldStay.push(...(await holdingsOf(azure, name, input.deploymentId)).strangers);
    }
  } catch (error) {
    const { failure } = classify(error, input.event);
    return { ...found, unseen: `${failure.code}: ${failure.message}` };
  }
  return found;
}

export const teardownDoors: Door[] = [
  door({
    name: 'api-teardown',
    method: 'POST',
    route: 'api/teardown',
    access: 'operator',
    summary: 'Removes an event and everything it made',
    schema: teardownSchema,
    bodies: { 200: removalPreviewSchema, 202: acceptedSchema },
    answers: { 200: 'Without confirm: what would be removed', 202: 'Accepted', 404: 'No such event' },
    async handle(call) {
      const { event, confirm } = call.body;
      if (confirm) return await sendCommand(call, event.event, { command: 'teardown' });
      const lifecycle = await knownLifecycle(call, event.event);
      const status = decoded(lifecycle);
      const stands = status.nodes.filter(
        ({ state, kind }) => kind.includes('/') && (state === 'done' || state === 'running' || state === 'failed'),
      );
      const seen = await foreignIn(call, lifecycle);
      return {
        json: {
          event: event.event,
          deploymentId: status.deploymentId,
          state: stateOf(lifecycle),
          resourceGroup: status.resourceGroup,
          wouldRemove: lifecycle.over ? [] : stands.map(({ id, kind }) => ({ name: id, type: kind })),
          ...seen,
          confirm: 'send confirm: true to remove it',
        },
      };
    },
  }),
];
