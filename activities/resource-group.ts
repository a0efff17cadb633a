/** The event's resource group, and the tag that says when it ends. */
import { type NodeHandler, noPoll } from './handler.ts';
import { type Resource, read, resourceHandler } from './resource.ts';

const groupId = (subscription: string, group: string) => `/subscriptions/${subscription}/resourceGroups/${group}`;

export const resourceGroup = resourceHandler<'resource-group'>(({ input, spec, azure }): Resource => {
  const client = azure.resources.resourceGroups;
  return {
    id: groupId(input.installation.subscriptionId, input.resourceGroup),
    watch: 'resource',
    async look() {
      const found = await read(client.get(input.resourceGroup));
      return (
        found && {
          provisioningState: found.properties?.provisioningState,
          // A group without our tag is a stranger's, however it came by its name.
          tags: { ...found.tags, deployment: found.tags?.deployment ?? '(none)' },
          asIntended: found.location.toLowerCase() === input.region.toLowerCase(),
        }
      );
    },
    async send() {
      const body = await client.createOrUpdate(input.resourceGroup, { location: input.region, tags: spec.tags });
      return { done: true, body };
    },
    earlyFacts: () => undefined,
  };
});

/** Extend: the tag moves before the alarm does, so that the reaper never sees a time that is already given up. */
export const expiresTag: NodeHandler<'expires-tag'> = {
  async begin({ input, spec, azure }) {
    const { resources } = azure;
    await resources.tagsOperations.updateAtScope(groupId(input.installation.subscriptionId, input.resourceGroup), {
      operation: 'Merge',
      properties: { tags: { expires: spec.expires, DeleteAfter: spec.expires, ttl: spec.ttl } },
    });
    return { step: 'done', facts: { expires: spec.expires } };
  },
  poll: noPoll,
};
