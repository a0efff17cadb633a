import type { KnownType } from './catalog.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { checkLocation, checkName, checkTags } from './envelope.ts';
import { type ArmError, groupBeingDeleted, parentNotFound } from './errors.ts';
import type { SimRequest, SimResponse } from './http.ts';
import { nameOf, ownerId, parentId } from './ids.ts';
import { child, clone, type JsonObject, mergePatch } from './json.ts';
import type { Kernel } from './kernel.ts';
import type { Operation, Resource } from './model.ts';
import { firstHeaders } from './operations.ts';
import type { Plan } from './provider.ts';
import { groupOf, type Target } from './target.ts';

export interface WriteCall {
  kernel: Kernel;
  request: SimRequest;
  apiVersion: string;
  query: URLSearchParams;
  body: JsonObject;
}

type ResourceTarget = Extract<Target, { kind: 'resource' }>;

/** Members of a body that the kernel keeps elsewhere or makes itself. */
const ENVELOPE = new Set(['id', 'name', 'type', 'location', 'tags', 'properties', 'etag', 'systemData']);

export function put(call: WriteCall, target: ResourceTarget, patch = false): SimResponse {
  const { kernel, request } = call;
  const { known, id } = target;
  const { type } = known;
  const existing = kernel.resources.get(id);
  if (!type.put) throw notAllowed(request.method, known.name);
  if (patch && (!existing || type.patch === false)) throw notAllowed(request.method, known.name);
  const group = target.path.group === undefined || id.split('/').length < 6 ? undefined : groupOf(kernel, id);
  if (group?.properties.provisioningState === 'Deleting') throw groupBeingDeleted(group.name);
  const above = parentId(id);
  const parent = kernel.resources.get(above);
  if (above && !parent) throw parentNotFound(nameOf(above));
  const owner = ownerId(id);
  if (owner && !kernel.resources.get(owner)) throw kernel.resources.missing(owner);
  checkPreconditions(request, existing);
  checkName(type, target.name);
  const body = patch && existing ? mergePatch(bodyOf(existing), withoutTags(call.body)) : call.body;
  if (patch && existing) body.tags = call.body.tags ?? existing.tags;
  const location = checkLocation(known, body, existing, group?.name ?? '');
  const tags = checkTags(body.tags);
  const now = kernel.time.now();
  const extra: JsonObject = {};
  for (const [key, value] of Object.entries(body)) if (!ENVELOPE.has(key) && value !== null) extra[key] = clone(value);
  const resource: Resource = {
    id,
    name: existing?.name ?? target.name,
    type: known.name,
    location,
    tags,
    extra,
    properties: clone(child(body, 'properties')),
    hidden: clone(existing?.hidden ?? {}),
    etag: kernel.draws.guid(`etag ${id.toLowerCase()}`),
    createdAt: existing?.createdAt ?? now,
    changedAt: now,
    seeded: existing?.seeded,
  };
  // provisioningState is Azure's alone: what a body says about it counts for nothing.
  resource.properties.provisioningState = existing?.properties.provisioningState ?? 'Succeeded';
  const kind = existing ? 'update' : 'create';
  const snapshot = existing && clone(existing);
  const plan = type.put({ ...contextOf(call), kind, body, resource, existing: snapshot, parent, patch });
  kernel.resources.save(resource);
  if (plan.duration === undefined && plan.state !== null) resource.properties.provisioningState = 'Succeeded';
  const operation = startOrUndo(kernel, plan, { kind, resource, apiVersion: call.apiVersion }, snapshot);
  const answer = plan.body ?? kernel.types.view(resource, { apiVersion: call.apiVersion });
  return {
    status: plan.status ?? (existing ? 200 : 201),
    headers: { ...plan.headers, ...headersOf(call, known, plan, operation) },
    body: answer,
  };
}

/** A write that is refused when it begins (an injected failure of a synchronous one) leaves nothing behind. */
function startOrUndo(
  kernel: Kernel,
  plan: Plan,
  what: { kind: 'create' | 'update'; resource: Resource; apiVersion: string },
  before: Resource | undefined,
): Operation | undefined {
  try {
    return kernel.operations.begin(plan, what);
  } catch (error) {
    if (before) kernel.resources.save(before);
    else kernel.operations.remove(what.resource.id);
    throw error;
  }
}

export function remove(call: WriteCall, target: ResourceTarget): SimResponse {
  const { kernel, request } = call;
  const { known, id } = target;
  const resource = kernel.resources.get(id);
  if (!known.type.delete) throw notAllowed('DELETE', known.name);
  if (!resource && known.type.absent === 404) throw kernel.resources.missing(id);
  if (!resource) return { status: 204 };
  checkPreconditions(request, resource);
  const force = call.query.get('forceDeletion') === 'true';
  const plan = known.type.delete({ ...contextOf(call), resource, cascade: false, force });
  const operation =
    plan.join ?? kernel.operations.begin(plan, { kind: 'delete', resource, apiVersion: call.apiVersion });
  return {
    status: plan.status ?? (operation ? 202 : 200),
    headers: { ...plan.headers, ...headersOf(call, known, plan, operation) },
    body: plan.body,
  };
}

export function act(call: WriteCall, target: Extract<Target, { kind: 'action' }>): SimResponse {
  const { kernel, request } = call;
  const { known, id } = target;
  for (const [pattern, action] of Object.entries(known.type.actions ?? {})) {
    const wildcards = matchAction(pattern, target.action);
    if (!wildcards || request.method !== (action.method ?? 'POST')) continue;
    const resource = kernel.resources.get(id);
    if (!resource) throw kernel.resources.missing(id);
    const result = action.run({ ...contextOf(call), resource, body: call.body, wildcards });
    if ('response' in result) return result.response;
    const name = target.action[target.action.length - 1] ?? '';
    const operation = kernel.operations.begin(result.plan, {
      kind: 'action',
      action: name,
      resource,
      apiVersion: call.apiVersion,
    });
    return {
      status: result.plan.status ?? (operation ? 202 : 200),
      headers: { ...result.plan.headers, ...headersOf(call, known, result.plan, operation) },
      body: result.plan.body,
    };
  }
  throw refuse(ARM.typeUnknown, {
    type: `${known.type.type}/${target.action.join('/')}`,
    namespace: known.provider.namespace,
    version: call.apiVersion,
    versions: known.type.apiVersions.join(','),
  });
}

// What the stars of an action such as `containers/*/logs` stand for; undefined when it is another action.
export function matchAction(pattern: string, action: string[]): string[] | undefined {
  const parts = pattern.split('/');
  if (parts.length !== action.length) return undefined;
  const wildcards: string[] = [];
  for (const [index, part] of parts.entries()) {
    const given = action[index] ?? '';
    if (part === '*') wildcards.push(given);
    else if (part.toLowerCase() !== given.toLowerCase()) return undefined;
  }
  return wildcards;
}

const contextOf = (call: WriteCall) => ({
  sim: call.kernel,
  request: call.request,
  apiVersion: call.apiVersion,
  query: call.query,
});

function headersOf(
  call: WriteCall,
  known: KnownType,
  plan: Plan,
  operation: Operation | undefined,
): Record<string, string> {
  if (!operation || plan.lro === 'body') return {};
  const style = plan.lro ?? known.type.lro ?? known.provider.lro;
  if (!style) return {};
  // `https` is what the real endpoint's URLs say; the caller's own scheme stands in its URL.
  return firstHeaders(style, operation, call.request.url.origin, call.kernel);
}

export const notAllowed = (method: string, type: string): ArmError => refuse(ARM.methodUnknown, { method, type });

const bodyOf = (resource: Resource): JsonObject =>
  clone({ location: resource.location, tags: resource.tags, ...resource.extra, properties: resource.properties });

const withoutTags = (body: JsonObject): JsonObject => {
  const { tags: _, ...rest } = body;
  return rest;
};

function checkPreconditions(request: SimRequest, existing: Resource | undefined): void {
  const wanted = request.headers['if-match'];
  const unwanted = request.headers['if-none-match'];
  const current = existing ? `W/"${existing.etag}"` : undefined;
  const failed =
    (wanted !== undefined &&
      (current === undefined || (wanted !== '*' && wanted !== current && `W/${wanted}` !== current))) ||
    (unwanted !== undefined && current !== undefined && (unwanted === '*' || unwanted === current));
  if (failed) throw refuse(ARM.preconditionFailed);
}
