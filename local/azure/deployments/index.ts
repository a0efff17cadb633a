/** Template deployments into a resource group or the subscription: `az vm create`, `az deployment group | sub create`. */
import { createHash } from 'node:crypto';
import { ArmError, groupNotFound } from '../core/errors.ts';
import type { SimResponse } from '../core/http.ts';
import { parseArmPath } from '../core/ids.ts';
import { children, isObject, type JsonObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Action, LroStyle, Provider, Put, Route } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { RESOURCES } from '../resources/versions.ts';
import { parametersOf, shownParameters } from './evaluate.ts';
import { checkCycles, type Item, itemsOf } from './plan.ts';
import { scopeOf } from './scope.ts';
import { DEPLOYMENT, pendingOf, STEP, step } from './step.ts';

/** A deployment that nothing ends is ended by ARM. */
const MOST_SECONDS = 4 * 3600;

const lro: LroStyle<never> = {
  headers: ['azure-async'],
  path: (operation) => `${operation.resourceId}/operationStatuses/${operation.id}`,
  retryAfter: 5,
  pollRetryAfter: 5,
  status: (operation) => ({
    status: operation.status === 'InProgress' ? 'Running' : operation.status,
    ...(operation.error ? { error: operation.error as unknown as JsonObject } : {}),
  }),
};

interface Checked {
  template: JsonObject;
  parameters: JsonObject;
  shown: JsonObject;
  items: Item[];
}

/** @throws ArmError 400 for templates that cannot be deployed */
function check(
  sim: Sim<'account' | 'time' | 'chance' | 'resources' | 'types'>,
  deployment: { id: string; name: string; location?: string | undefined },
  properties: JsonObject,
): Checked {
  const { template } = properties;
  if (!isObject(template))
    throw new ArmError(
      400,
      'InvalidTemplateDeployment',
      "The deployment has no 'properties.template'; linked templates are not simulated.",
    );
  const mode = text(properties, 'mode') ?? '';
  if (!/^incremental$/i.test(mode))
    throw new ArmError(
      400,
      'InvalidDeploymentMode',
      `The deployment mode '${mode}' is not simulated: use Incremental.`,
    );
  const parameters = isObject(properties.parameters) ? properties.parameters : {};
  const scope = scopeOf(sim, deployment, template, parameters);
  const items = itemsOf(template, scope);
  checkCycles(items);
  const values = parametersOf(template, parameters, scope);
  return { template, parameters, shown: shownParameters(template, values), items };
}

const describe = (sim: Sim<'time' | 'draws'>, checked: Checked): JsonObject => ({
  templateHash: BigInt(
    `0x${createHash('sha256').update(JSON.stringify(checked.template)).digest('hex').slice(0, 15)}`,
  ).toString(),
  parameters: checked.shown,
  mode: 'Incremental',
  timestamp: sim.time.iso(),
  duration: 'PT0S',
  correlationId: sim.draws.guid('deployment'),
  providers: [...new Set(checked.items.map((item) => item.type.split('/')[0]))].map((namespace) => ({
    namespace,
    resourceTypes: checked.items
      .filter((item) => item.type.startsWith(`${namespace}/`))
      .map((item) => ({ resourceType: item.type.split('/').slice(1).join('/'), locations: [] })),
  })),
  dependencies: [],
});

/** A deployment that goes into no group says where its own record is kept. */
function checkPlace(id: string, location: string | undefined): void {
  if (parseArmPath(id).group === undefined && location === undefined)
    throw new ArmError(
      400,
      'LocationRequired',
      "The 'location' property is required for this deployment: it goes into a subscription.",
    );
}

function put({
  sim,
  request,
  resource,
  existing,
}: Put<'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'types' | 'operations'>) {
  checkPlace(resource.id, resource.location);
  if (existing && sim.operations.running(existing.id).length > 0)
    throw new ArmError(
      409,
      'DeploymentActive',
      `Unable to edit or replace deployment '${resource.name}': previous deployment is still active. Please see https://aka.ms/arm-deploy for usage details.`,
    );
  const checked = check(sim, resource, resource.properties);
  resource.properties = describe(sim, checked);
  pendingOf(sim).set(resource.id.toLowerCase(), {
    template: checked.template,
    parameters: checked.parameters,
    authorization: request.headers.authorization ?? 'Bearer template',
    started: {},
  });
  sim.jobs.schedule('deployments.begin', 0, { id: resource.id });
  return { status: existing ? 200 : 201, duration: MOST_SECONDS, state: 'Accepted' };
}

const cancel: Action<'chance' | 'store' | 'resources' | 'operations'> = {
  run({ sim, resource }) {
    for (const operation of sim.operations.running(resource.id))
      sim.operations.end(operation, 'Canceled', {
        code: 'DeploymentCanceled',
        message: 'The deployment was canceled.',
      });
    resource.properties.provisioningState = 'Canceled';
    pendingOf(sim).delete(resource.id.toLowerCase());
    sim.resources.save(resource);
    return { response: { status: 204 } };
  },
};

function operationList(sim: Sim<'chance' | 'resources'>, resource: Resource): SimResponse {
  const succeeded = children(resource.properties, 'outputResources').map((one) => text(one, 'id') ?? '');
  const failed = isObject(resource.hidden.failed) ? text(resource.hidden.failed, 'id') : undefined;
  const entry = (id: string, state: string): JsonObject => ({
    id: `${resource.id}/operations/${sim.chance.guid('deployment operation', resource.id, id)}`,
    operationId: sim.chance.guid('deployment operation', resource.id, id),
    properties: {
      provisioningOperation: 'Create',
      provisioningState: state,
      timestamp: resource.properties.timestamp,
      statusCode: state === 'Succeeded' ? 'OK' : 'Conflict',
      targetResource: {
        id,
        resourceType: sim.resources.get(id)?.type,
        resourceName: id.slice(id.lastIndexOf('/') + 1),
      },
      ...(state === 'Failed' ? { statusMessage: { status: 'Failed', error: resource.properties.error } } : {}),
    },
  });
  const value = [
    ...succeeded.filter((id) => id !== failed).map((id) => entry(id, 'Succeeded')),
    ...(failed ? [entry(failed, 'Failed')] : []),
  ];
  return { status: 200, body: { value } };
}

const operations: Action<'chance' | 'resources'> = {
  method: 'GET',
  run: ({ sim, resource }) => ({ response: operationList(sim, resource) }),
};

const PLACES = ['/subscriptions/{subscription}/resourceGroups/{group}', '/subscriptions/{subscription}'];

/** Id of the deployment that a path's holes name. @throws ArmError 404 when its group is not there */
function deploymentId(sim: Sim<'account' | 'resources'>, { group, name }: Record<string, string>): string {
  const subscription = `/subscriptions/${sim.account.subscriptionId}`;
  const found = group === undefined ? undefined : sim.resources.get(`${subscription}/resourceGroups/${group}`);
  if (group !== undefined && !found) throw groupNotFound(group);
  return `${found?.id ?? subscription}/providers/${DEPLOYMENT}/${name}`;
}

/** Where clients since 2019 ask: without `/providers/`. */
const operationsRoutes: Route<'account' | 'chance' | 'resources'>[] = PLACES.map((place) => ({
  method: 'GET',
  path: `${place}/deployments/{name}/operations`,
  apiVersions: RESOURCES,
  handle({ sim, params }) {
    const id = deploymentId(sim, params);
    const resource = sim.resources.get(id);
    if (!resource) throw sim.resources.missing(id);
    return operationList(sim, resource);
  },
}));

/** Checks without deploying; needs no deployment of that name. */
const validations: Route<'account' | 'time' | 'chance' | 'draws' | 'resources' | 'types'>[] = PLACES.map((place) => ({
  method: 'POST',
  path: `${place}/providers/${DEPLOYMENT}/{name}/validate`,
  apiVersions: RESOURCES,
  action: `${DEPLOYMENT}/validate/action`,
  handle({ sim, params, body }): SimResponse {
    const id = deploymentId(sim, params);
    const name = params.name ?? '';
    const location = text(body, 'location');
    checkPlace(id, location);
    const checked = check(sim, { id, name, location }, isObject(body.properties) ? body.properties : {});
    const properties = {
      ...describe(sim, checked),
      provisioningState: 'Succeeded',
      validatedResources: checked.items.map((item) => ({ id: item.id })),
    };
    return { status: 200, body: { id, name, type: DEPLOYMENT, properties } };
  },
}));

export const deployments: Provider<
  'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'types' | 'operations' | 'arm'
> = {
  namespace: 'Microsoft.Resources',
  types: [
    {
      type: 'deployments',
      apiVersions: RESOURCES,
      scope: 'any',
      tracked: false,
      needsLocation: false,
      patch: false,
      lro,
      deleteOrder: 1,
      namePattern: /^[-\w._()]{1,64}$/,
      put,
      delete: () => ({ duration: 2 }),
      actions: { cancel, operations },
      removed: (sim, resource) => void pendingOf(sim).delete(resource.id.toLowerCase()),
    },
  ],
  routes: [...validations, ...operationsRoutes],
  jobs: {
    // The operation exists only after the PUT was answered.
    'deployments.begin': (sim, data) => {
      const operation = sim.operations.running(String(data.id))[0];
      if (operation) step(sim, { id: String(data.id), operation: operation.id });
    },
    [STEP]: step,
  },
};
