import { z } from 'zod';
import { list, read } from './arm-read.ts';
import { act, matchAction, notAllowed, put, remove, type WriteCall } from './arm-write.ts';
import { readBody } from './body.ts';
import { callerOf } from './caller.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { LOCATIONS } from './envelope.ts';
import { ArmError } from './errors.ts';
import type { FaultOutcome } from './fault-plan.ts';
import type { SimRequest, SimResponse } from './http.ts';
import { keyOf, segments } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Kernel } from './kernel.ts';
import { chargeRequest } from './limits.ts';
import type { Operation } from './model.ts';
import { pollLocation, pollStatus } from './operations.ts';
import type { Access } from './provider.ts';
import { type Target, targetOf } from './target.ts';

const GUID = z.guid();

/** ARM: what `management.azure.com` answers. */
export function serveArm(kernel: Kernel, request: SimRequest): SimResponse {
  return blame('gateway', () => serve(kernel, request));
}

/** Says in the error's headers who refused: ARM itself or the resource provider. */
function blame<T>(cause: 'gateway' | 'service', task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (error instanceof ArmError) error.headers['x-ms-failure-cause'] ??= cause;
    throw error;
  }
}

function serve(kernel: Kernel, request: SimRequest): SimResponse {
  const path = request.url.pathname;
  const query = request.url.searchParams;
  const routed = kernel.catalog.route(request.method, path);
  if (routed?.route.apiVersions === undefined && routed) {
    const { params, route } = routed;
    return route.handle({ sim: kernel, request, query, params, body: readBody(request, true) });
  }
  authenticate(request);
  const apiVersion = query.get('api-version') ?? '';
  if (apiVersion === '') throw refuse(ARM.apiVersionMissing);
  checkSubscription(kernel, path);
  const charged = chargeRequest(kernel, request);
  const response = routed
    ? serveRoute(kernel, request, routed, apiVersion)
    : (pollOperation(kernel, request) ?? serveResource(kernel, request, apiVersion));
  return { ...response, headers: { ...charged, ...response.headers } };
}

function serveRoute(
  kernel: Kernel,
  request: SimRequest,
  routed: NonNullable<ReturnType<Kernel['catalog']['route']>>,
  apiVersion: string,
): SimResponse {
  const { route, params } = routed;
  const known = route.apiVersions;
  if (known !== undefined && known !== 'any' && !known.includes(apiVersion))
    throw badVersion(apiVersion, known, route.path, '');
  const call = { sim: kernel, request, query: request.url.searchParams, params, body: readBody(request, true) };
  const access: Access = {
    method: request.method,
    action:
      route.action ??
      `${route.path.split('/providers/')[1]?.replace(/\{[^}]+\}\/?/g, '') ?? 'Microsoft.Resources/subscriptions'}/${verb(request.method)}`,
    scope: request.url.pathname,
    type: 'Microsoft.Resources/subscriptions',
    request,
    body: call.body,
  };
  guard(kernel, access);
  return route.handle(call);
}

const OPERATION_WORDS = new Set([
  'operations',
  'operationstatuses',
  'operationresults',
  'operationsstatus',
  'diskoperations',
]);

function pollOperation(kernel: Kernel, request: SimRequest): SimResponse | undefined {
  const parts = segments(request.url.pathname);
  const word = keyOf(parts[parts.length - 2] ?? '');
  if (request.method !== 'GET' || !OPERATION_WORDS.has(word)) return undefined;
  const id = parts[parts.length - 1] ?? '';
  const operation = kernel.operations.get(id) ?? kernel.operations.get(jobOperation(id));
  if (!operation) throw refuse(ARM.operationUnknown);
  const namespace = operation.type.split('/')[0] ?? '';
  kernel.faults.inject({
    type: `${namespace}/locations/operations`,
    name: operation.resourceId.split('/').pop() ?? '',
    operation: 'read',
    region: operation.location,
  });
  operation.polls++;
  kernel.operations.save(operation);
  const style = styleOf(kernel, operation);
  if (!style) throw refuse(ARM.operationUnknown);
  const byLocation =
    request.url.searchParams.get('monitor') === 'true' ||
    word === 'operationresults' ||
    !style.headers.includes('azure-async');
  return byLocation ? pollLocation(style, operation, request.url.origin, kernel) : pollStatus(style, operation, kernel);
}

/** The id inside a job token such as `{"jobId":"RESOURCEGROUPDELETIONJOB-..","operationId":".."}` in base64url. */
function jobOperation(token: string): string {
  return /"operationId":"([0-9a-f-]+)"/.exec(Buffer.from(token, 'base64url').toString())?.[1] ?? '';
}

const styleOf = (kernel: Kernel, operation: Operation) => {
  const known = kernel.catalog.type(operation.type);
  return known?.type.lro ?? known?.provider.lro;
};

function serveResource(kernel: Kernel, request: SimRequest, apiVersion: string): SimResponse {
  const { method } = request;
  const target = targetOf(kernel, request.url.pathname, apiVersion);
  if (!target) throw refuse(ARM.uriUnknown, { uri: `${request.url.origin}${request.url.pathname}` });
  const { known } = target;
  if (!known.type.apiVersions.includes(apiVersion))
    throw badVersion(apiVersion, known.type.apiVersions, known.name, regionOf(kernel, target));
  const write = method === 'PUT' || method === 'PATCH' || method === 'POST';
  const body: JsonObject = write ? readBody(request, method === 'POST') : {};
  const scope = target.kind === 'collection' ? target.scope : target.id;
  guard(kernel, {
    method,
    action: `${known.name}/${actionOf(target, method)}`,
    scope,
    type: known.name,
    request,
    body,
  });
  const fault = kernel.faults.inject(occasionOf(kernel, target, method, body));
  const limits = known.type.limits?.(kernel, {
    method,
    operation: operationOf(target, method),
    subscription: target.path.subscription ?? '',
  });
  const call: WriteCall = { kernel, request, apiVersion, query: request.url.searchParams, body };
  const response = during(kernel, fault, () => blame('service', () => dispatch(call, target)));
  if (method === 'PUT' || method === 'DELETE' || method === 'POST')
    kernel.activity.log({
      operationName: `${known.name}/${actionOf(target, method)}`,
      resourceId: scope,
      status: 'Accepted',
      caller: callerOf(request).appId,
    });
  return { ...response, headers: { ...limits, ...response.headers } };
}

function dispatch(call: WriteCall, target: Target): SimResponse {
  const { method } = call.request;
  const { serve } = target.known.type;
  if (serve)
    return serve({
      sim: call.kernel,
      request: call.request,
      apiVersion: call.apiVersion,
      query: call.query,
      scope: target.path.scope,
      path: target.kind === 'collection' ? target.scope : target.id,
      name: target.kind === 'collection' ? undefined : target.name,
      body: call.body,
      action: target.kind === 'action' ? target.action : [],
    });
  if (target.kind === 'action') return act(call, target);
  if (target.kind === 'collection') {
    if (method !== 'GET') throw notAllowed(method, target.known.name);
    return list(call, target);
  }
  if (method === 'GET' || method === 'HEAD') return read(call, target);
  if (method === 'PUT') return put(call, target);
  if (method === 'PATCH') return put(call, target, true);
  if (method === 'DELETE') return remove(call, target);
  throw notAllowed(method, target.known.name);
}

/** Operations started meanwhile feel the fault. */
function during<T>(kernel: Kernel, fault: FaultOutcome | undefined, task: () => T): T {
  kernel.faults.current = fault;
  try {
    return task();
  } finally {
    kernel.faults.current = undefined;
  }
}

const operationOf = (target: Target, method: string): 'create' | 'delete' | 'read' | 'list' | 'action' => {
  if (method === 'DELETE') return 'delete';
  if (target.kind === 'collection') return 'list';
  if (method === 'GET' || method === 'HEAD') return 'read';
  return target.kind === 'action' || method === 'POST' ? 'action' : 'create';
};

const regionOf = (kernel: Kernel, target: Target): string =>
  kernel.resources.get(`/subscriptions/${target.path.subscription}/resourceGroups/${target.path.group}`)?.location ??
  'global';

function occasionOf(kernel: Kernel, target: Target, method: string, body: JsonObject) {
  const existing = target.kind === 'collection' ? undefined : kernel.resources.get(target.id);
  const given = typeof body.location === 'string' ? body.location.toLowerCase().replace(/\s+/g, '') : undefined;
  return {
    type: target.known.name,
    name: target.kind === 'collection' ? '' : target.name,
    operation: operationOf(target, method),
    region: (existing && kernel.resources.region(existing)) ?? given ?? regionOf(kernel, target),
  };
}

const verb = (method: string): string =>
  method === 'GET' || method === 'HEAD'
    ? 'read'
    : method === 'DELETE'
      ? 'delete'
      : method === 'POST'
        ? 'action'
        : 'write';

/** `start/action`, `containers/logs/read`: names inside an action's path are none of the action's. */
function actionOf(target: Target, method: string): string {
  if (target.kind !== 'action') return verb(method);
  if (method === 'POST') return `${target.action[target.action.length - 1]}/action`;
  const patterns = Object.keys(target.known.type.actions ?? {});
  const known = patterns.find((pattern) => matchAction(pattern, target.action) !== undefined);
  return [...(known?.split('/').filter((part) => part !== '*') ?? []), verb(method)].join('/');
}

function guard(kernel: Kernel, access: Access): void {
  for (const provider of kernel.catalog.providers) for (const check of provider.guards ?? []) check(kernel, access);
}

function authenticate(request: SimRequest): void {
  if (/^(bearer|sharedkey) \S/i.test(request.headers.authorization ?? '')) return;
  throw refuse(
    ARM.authenticationMissing,
    {},
    {
      headers: {
        'www-authenticate':
          'Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="The authentication failed because of missing \'Authorization\' header."',
      },
    },
  );
}

function checkSubscription(kernel: Kernel, path: string): void {
  const [first, id] = segments(path);
  if (keyOf(first ?? '') !== 'subscriptions' || id === undefined) return;
  if (!GUID.safeParse(id).success) throw refuse(ARM.subscriptionMalformed, { id });
  if (keyOf(id) !== keyOf(kernel.account.subscriptionId)) throw refuse(ARM.subscriptionUnknown, { id });
}

/** ARM's own types answer otherwise than the providers'. */
function badVersion(version: string, known: readonly string[], type: string, location: string): ArmError {
  const versions = known.join(', ');
  if (/^(microsoft\.resources\/|\/)/i.test(type)) return refuse(ARM.apiVersionInvalid, { version, versions });
  const locations = Object.keys(LOCATIONS).join(', ');
  return refuse(ARM.apiVersionUnknown, {
    location,
    version,
    type: type.split('/').slice(1).join('/'),
    versions,
    locations,
  });
}
