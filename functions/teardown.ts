/** `POST /api/teardown`: without `confirm` it only says what would go. */
import { teardownSchema } from '../domain/request/commands.ts';
import { knownLifecycle, sendCommand } from './command.ts';
import { type Door, door } from './door.ts';
import { decoded } from './views.ts';

export const teardownDoors: Door[] = [
  door({
    name: 'api-teardown',
    method: 'POST',
    route: 'api/teardown',
    access: 'operator',
    summary: 'Removes an event and everything it made',
    schema: teardownSchema,
    answers: { 200: 'Without confirm: what would be removed', 202: 'Accepted', 404: 'No such event' },
    async handle(call) {
      const { event, confirm } = call.body;
      if (confirm) return await sendCommand(call, event.event, { command: 'teardown' });
      const lifecycle = await knownLifecycle(call, event.event);
      const status = decoded(lifecycle);
      const stands = status.nodes.filter(
        ({ state, kind }) => kind.includes('/') && (state === 'done' || state === 'running' || state === 'failed'),
      );
      return {
        json: {
          event: event.event,
          deploymentId: status.deploymentId,
          state: status.state,
          resourceGroup: status.resourceGroup,
          wouldRemove: lifecycle.ended ? [] : stands.map(({ id, kind }) => ({ name: id, type: kind })),
          confirm: 'send confirm: true to remove it',
        },
      };
    },
  }),
];
