/** The event's resource group, and the tag that says when it ends. */
import { holdOf, isTaggedOurs, leftText } from '../domain/ownership.ts';
import type { NodeStep } from '../domain/seam/node.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import { holdingsOf } from '../inspect/holdings.ts';
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
          tags: found.tags,
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

/** A group that is not there, or not ours: its tags are nobody's business of ours. */
const notOurs = (input: NodeInput): NodeStep => ({
  step: 'failed',
  failure: {
    class: 'foreign',
    code: 'ForeignResourceGroup',
    message: `Cannot use ${input.resourceGroup} as it does not carry this deployment's tag`,
    resource: groupId(input.installation.subscriptionId, input.resourceGroup),
    advice: 'restore the tag `deployment`, or remove the group by hand if it is yours',
  },
});

/** Extend: the tag moves before the alarm does, so that the reaper never sees a time that is already given up. */
export const expiresTag: NodeHandler<'expires-tag'> = {
  async begin({ input, spec, azure }) {
    const { resources } = azure;
    const group = await read(resources.resourceGroups.get(input.resourceGroup));
    if (!isTaggedOurs(group?.tags, input.deploymentId)) return notOurs(input);
    await resources.tagsOperations.updateAtScope(groupId(input.installation.subscriptionId, input.resourceGroup), {
      operation: 'Merge',
      properties: { tags: { expires: spec.expires, DeleteAfter: spec.expires, ttl: spec.ttl } },
    });
    return { step: 'done', facts: { expires: spec.expires } };
  },
  poll: noPoll,
};

/** Before the end: is the group held, and what in it is not ours and will stay? A group that is gone is held by nobody. */
export const lookGroup: NodeHandler<'look-group'> = {
  async begin({ input, azure }) {
    const group = await read(azure.resources.resourceGroups.get(input.resourceGroup));
    if (!group) return { step: 'done', facts: {} };
    const hold = holdOf(group.tags);
    const { strangers } = await holdingsOf(azure, input.resourceGroup, input.deploymentId);
    return {
      step: 'done',
      facts: {
        ...(hold === undefined ? {} : { hold: hold.slice(0, 40) }),
        ...(strangers.length === 0 ? {} : { left: leftText(strangers) }),
      },
    };
  },
  poll: noPoll,
};
