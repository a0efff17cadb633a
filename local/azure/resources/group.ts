import { locationName } from '../core/envelope.ts';
import { groupBeingDeleted } from '../core/errors.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { LroStyle, Resource, ResourceType, Sim } from '../core/provider.ts';
import { RESOURCES } from './versions.ts';

/** Even an empty group takes over a minute (recorded 2022: 78 s, in steps of 15 s). */
const EMPTY_GROUP = { median: 58, p95: 85 };
const FIRST_STEP_SECONDS = 3;

/** `Location` alone; the job token holds names, as ARM's does, and the operation's id. */
export const groupLro: LroStyle<never> = {
  headers: ['location'],
  retryAfter: 15,
  path: (operation) => {
    const region = locationName(operation.location);
    const name = operation.resourceId.split('/').pop() ?? '';
    const token = {
      jobId: `RESOURCEGROUPDELETIONJOB-${name.replaceAll('-', ':2D').toUpperCase()}-${region.toUpperCase()}`,
      jobLocation: region,
      operationId: operation.id,
    };
    return `/subscriptions/${operation.subscription}/operationresults/${Buffer.from(JSON.stringify(token)).toString('base64url')}`;
  },
  locationPath: (operation) => groupLro.path(operation),
  status: (operation) => ({ status: operation.status, ...(operation.error ? { error: { ...operation.error } } : {}) }),
};

/** The group as a template, names and values as they are. */
function exported(sim: Sim<'resources' | 'types'>, group: Resource): JsonObject {
  const resources = sim.resources.inGroup(group.id).filter((one) => sim.types.tracked(one));
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: {},
    variables: {},
    resources: resources.map((one) => {
      const { id: _, etag: __, properties, ...rest } = sim.types.view(one);
      const { provisioningState: ___, resourceGuid: ____, ...settings } = isObject(properties) ? properties : {};
      return { ...rest, apiVersion: sim.types.apiVersion(one), properties: settings };
    }),
  };
}

export const resourceGroups: ResourceType<'draws' | 'jobs' | 'resources' | 'types' | 'operations'> = {
  type: 'resourceGroups',
  apiVersions: RESOURCES,
  scope: 'subscription',
  tracked: false,
  needsLocation: true,
  absent: 404,
  namePattern: /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
  lro: groupLro,
  put({ sim, resource, existing }) {
    if (existing?.properties.provisioningState === 'Deleting') throw groupBeingDeleted(existing.name);
    if (sim.operations.running(resource.id).length > 0) throw groupBeingDeleted(resource.name);
    resource.properties = {};
    return {};
  },
  delete({ sim, resource, query }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { status: 202, join: running };
    const overhead = sim.draws.seconds(EMPTY_GROUP, `group delete ${resource.id.toLowerCase()}`);
    sim.jobs.schedule('resources.cascade', FIRST_STEP_SECONDS, { id: resource.id });
    const force = query.get('forceDeletionTypes') ?? '';
    return { status: 202, duration: Number.POSITIVE_INFINITY, state: 'Deleting', data: { overhead, force } };
  },
  settled({ sim, operation, resource }) {
    // A group that could not be emptied is an ordinary group again, with what is left in it.
    if (operation.kind !== 'delete' || operation.status === 'Succeeded' || !resource) return;
    resource.properties.provisioningState = 'Succeeded';
    sim.resources.save(resource);
  },
  actions: {
    exportTemplate: {
      run: ({ sim, resource }) => ({ response: { status: 200, body: { template: exported(sim, resource) } } }),
    },
  },
};
