/** Template deployments into a resource group: `az vm create` and `az deployment group create` with plain templates. */
import { createHash } from 'node:crypto';
import { ArmError, groupNotFound } from '../core/errors.ts';
import type { SimResponse } from '../core/http.ts';
import { children, isObject, type JsonObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Action, LroStyle, Provider, Put, Route } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { RESOURCES } from '../resources/versions.ts';
import { parametersOf, shownParameters } from './evaluate.ts';
import { checkCycles, type Item, itemsOf } from './plan.ts';
import { pendingOf, STEP, scopeOf, step } from './step.ts';

/** A deployment that nothing ends is ended by ARM. */
const MOST_SECONDS = 4 * 3600;

const lro: LroStyle = {
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
function check(sim: Sim, deployment: { id: string; name: string }, properties: JsonObject): Checked {
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

const describe = (sim: Sim, checked: Checked): JsonObject => ({
  templateHash: BigInt(
    `0x${createHash('sha256').update(JSON.stringify(checked.template)).digest('hex').slice(0, 15)}`,
  ).toString(),
  parameters: checked.shown,
  mode: 'Incremental',
  timestamp: sim.iso(),
  duration: 'PT0S',
  correlationId: sim.guid('deployment'),
  providers: [...new Set(checked.items.map((item) => item.type.split('/')[0]))].map((namespace) => ({
    namespace,
    resourceTypes: checked.items
      .filter((item) => item.type.startsWith(`${namespace}/`))
      .map((item) => ({ resourceType: item.type.split('/').slice(1).join('/'), locations: [] })),
  })),
  dependencies: [],
});

function put({ sim, request, resource, existing }: Put) {
  if (existing && sim.running(existing.id).length > 0)
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
  sim.schedule('deployments.begin', 0, { id: resource.id });
  return { status: existing ? 200 : 201, duration: MOST_SECONDS, state: 'Accepted' };
}

const cancel: Action = {
  run({ sim, resource }) {
    for (const operation of sim.running(resource.id))
      sim.end(operation, 'Canceled', { code: 'DeploymentCanceled', message: 'The deployment was canceled.' });
    resource.properties.provisioningState = 'Canceled';
    pendingOf(sim).delete(resource.id.toLowerCase());
    sim.resources.save(resource);
    return { response: { status: 204 } };
  },
};

function operationList(sim: Sim, resource: Resource): SimResponse {
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

const operations: Action = { method: 'GET', run: ({ sim, resource }) => ({ response: operationList(sim, resource) }) };

/** Where clients since 2019 ask: without `/providers/`. */
const operationsRoute: Route = {
  method: 'GET',
  path: '/subscriptions/{subscription}/resourceGroups/{group}/deployments/{name}/operations',
  apiVersions: RESOURCES,
  handle({ sim, params }) {
    const id = `/subscriptions/${params.subscription}/resourceGroups/${params.group}/providers/Microsoft.Resources/deployments/${params.name}`;
    const resource = sim.resources.get(id);
    if (!resource) throw sim.missing(id);
    return operationList(sim, resource);
  },
};

/** Checks without deploying; needs no deployment of that name. */
const validate: Route = {
  method: 'POST',
  path: '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Resources/deployments/{name}/validate',
  apiVersions: RESOURCES,
  handle({ sim, params, body }): SimResponse {
    const group = sim.resources.get(`/subscriptions/${params.subscription}/resourceGroups/${params.group}`);
    if (!group) throw groupNotFound(params.group ?? '');
    const name = params.name ?? '';
    const id = `${group.id}/providers/Microsoft.Resources/deployments/${name}`;
    const checked = check(sim, { id, name }, isObject(body.properties) ? body.properties : {});
    const properties = {
      ...describe(sim, checked),
      provisioningState: 'Succeeded',
      validatedResources: checked.items.map((item) => ({ id: item.id })),
    };
    return { status: 200, body: { id, name, type: 'Microsoft.Resources/deployments', properties } };
  },
};

export const deployments: Provider = {
  namespace: 'Microsoft.Resources',
  types: [
    {
      type: 'deployments',
      apiVersions: RESOURCES,
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
  routes: [validate, operationsRoute],
  jobs: {
    // The operation exists only after the PUT was answered.
    'deployments.begin': (sim, data) => {
      const operation = sim.running(String(data.id))[0];
      if (operation) step(sim, { id: String(data.id), operation: operation.id });
    },
    [STEP]: step,
  },
};
