import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { filterOf } from './filter.ts';
import type { SimRequest, SimResponse } from './http.ts';
import { keyOf, parseArmPath } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Kernel } from './kernel.ts';
import type { Resource } from './model.ts';
import type { Target } from './target.ts';

interface ReadCall {
  kernel: Kernel;
  request: SimRequest;
  apiVersion: string;
  query: URLSearchParams;
}

export function read(call: ReadCall, target: Extract<Target, { kind: 'resource' }>): SimResponse {
  const { kernel, query } = call;
  const resource = kernel.resources.get(target.id);
  const head = call.request.method === 'HEAD';
  if (!resource || !kernel.consistency.visible(resource, 'read')) {
    if (head) return { status: 404 };
    throw kernel.resources.missing(target.id);
  }
  if (head) return { status: 204 };
  const expand = query.get('$expand') ?? undefined;
  const body = kernel.types.view(resource, { apiVersion: call.apiVersion, ...(expand ? { expand } : {}) });
  return { status: 200, headers: { etag: `W/"${resource.etag}"` }, body };
}

export function list(call: ReadCall, target: Extract<Target, { kind: 'collection' }>): SimResponse {
  const { kernel, query } = call;
  const { scope, known } = target;
  const path = parseArmPath(scope);
  if (path.types.length > 0 && known.type.scope !== 'any' && !kernel.resources.get(scope))
    throw kernel.resources.missing(scope);
  const below = `${keyOf(scope)}/`;
  const wanted = keyOf(known.name);
  const near = path.group === undefined ? kernel.resources.ofType(known.name) : kernel.resources.inGroup(scope);
  const found = near
    .filter(
      (one) => keyOf(one.type) === wanted && keyOf(one.id).startsWith(below) && kernel.consistency.visible(one, 'list'),
    )
    .filter(filterOf(query.get('$filter')));
  const expand = query.get('$expand') ?? undefined;
  const view = (one: Resource) =>
    kernel.types.view(one, { list: true, apiVersion: call.apiVersion, ...(expand ? { expand } : {}) });
  return page(call.request, found, view);
}

/** One page of `items`: `$top` (default and at most 1000) from `$skiptoken`, with an absolute nextLink on the caller's origin. */
export function page<T>(request: SimRequest, items: T[], view: (item: T) => JsonObject): SimResponse {
  const query = request.url.searchParams;
  const top = query.get('$top');
  if (top !== null && !/^[1-9]\d{0,5}$/.test(top)) throw refuse(ARM.topInvalid, { top });
  const size = Math.min(Number(top ?? 1000), 1000);
  const token = query.get('$skiptoken');
  const place = token === null ? '0' : Buffer.from(token, 'base64url').toString();
  if (!/^\d{1,9}$/.test(place)) throw refuse(ARM.skipTokenInvalid, { token: token ?? '' });
  const start = Number(place);
  const value = items.slice(start, start + size).map(view);
  if (start + size >= items.length) return { status: 200, body: { value } };
  const next = new URL(request.url);
  next.searchParams.set('$skiptoken', Buffer.from(String(start + size)).toString('base64url'));
  return { status: 200, body: { value, nextLink: next.href } };
}
