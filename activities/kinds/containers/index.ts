import { beginClassic } from '../../../azure/operations.ts';
import { endLines } from '../../log-export.ts';
import { armId, read } from '../../resource.ts';
import type { KindActivities } from '../kind.ts';
import { checkHttp } from './check.ts';
import { group } from './group.ts';
import { stateText, TYPE } from './state.ts';

export const containers: KindActivities = {
  handlers: { containers: group, 'check-http': checkHttp } as unknown as KindActivities['handlers'],
  switch: {
    type: TYPE,
    async look({ input, spec, azure }) {
      const found = await read(azure.containers.containerGroups.get(input.resourceGroup, spec.name));
      return found && { power: (found.instanceView?.state ?? 'unknown').toLowerCase(), tags: found.tags };
    },
    async send({ input, spec, azure }, id, action) {
      const groups = azure.containers.containerGroups;
      const names = [input.resourceGroup, spec.name] as const;
      if (action === 'stop') return await groups.stop(...names).then(() => ({ done: true, body: undefined }));
      // It has no other host to go to: stopping and starting it is its redeployment.
      return await beginClassic([...names], id, () =>
        action === 'start' ? groups.beginStart(...names) : groups.beginRestart(...names),
      );
    },
    off: 'stopped',
    billedFromRequest: true,
  },
  parts({ input, spec, azure }) {
    const name = spec.names.group ?? '';
    const id = armId(input, TYPE, name);
    const groups = azure.containers.containerGroups;
    return [
      {
        id,
        name,
        look: () => read(groups.get(input.resourceGroup, name)),
        async remove() {
          await endLines(azure, id);
          return await beginClassic([input.resourceGroup, name], id, () =>
            groups.beginDelete(input.resourceGroup, name),
          );
        },
      },
    ];
  },
  // A group whose containers ended is restarted by Azure itself.
  silent: async ({ input, spec, azure }) => ({
    text: await stateText(azure, input.resourceGroup, spec.name),
    off: false,
  }),
};
