import type { JsonObject } from '../core/json.ts';
import type { LroStyle, Resource } from '../core/provider.ts';

/** Api-versions of Microsoft.Network that clients in use send (azure-rest-api-specs, resource-manager/Microsoft.Network/stable). */
export const NETWORK = [
  '2015-06-15',
  '2017-10-01',
  '2018-01-01',
  '2018-02-01',
  '2018-04-01',
  '2018-08-01',
  '2018-10-01',
  '2018-11-01',
  '2018-12-01',
  '2019-02-01',
  '2019-04-01',
  '2019-06-01',
  '2019-09-01',
  '2019-11-01',
  '2019-12-01',
  '2020-03-01',
  '2020-05-01',
  '2020-06-01',
  '2020-08-01',
  '2020-11-01',
  '2021-02-01',
  '2021-03-01',
  '2021-05-01',
  '2021-08-01',
  '2022-01-01',
  '2022-05-01',
  '2022-07-01',
  '2022-09-01',
  '2022-11-01',
  '2023-02-01',
  '2023-04-01',
  '2023-05-01',
  '2023-06-01',
  '2023-09-01',
  '2023-11-01',
  '2024-01-01',
  '2024-03-01',
  '2024-05-01',
  '2024-07-01',
  '2024-10-01',
  '2025-01-01',
  '2025-03-01',
  '2025-05-01',
  '2025-07-01',
  '2026-01-01',
] as const;

const path = (operation: { subscription: string; location: string; id: string }, word: string) =>
  `/subscriptions/${operation.subscription}/providers/Microsoft.Network/locations/${operation.location}/${word}/${operation.id}`;

const status: LroStyle<never>['status'] = (operation) => ({
  status: operation.status,
  ...(operation.error ? { error: { details: [], ...operation.error } } : {}),
});

/** PUT: recorded 2022 (js arm-network create_test): 3 s on the first answer, 10 s on polls, a status and nothing else. */
export const writeLro: LroStyle<never> = {
  headers: ['azure-async'],
  firstHeaders: { 'azure-asyncnotification': 'Enabled' },
  retryAfter: 3,
  pollRetryAfter: 10,
  path: (operation) => path(operation, 'operations'),
  status,
};

/** DELETE: both headers. */
export const deleteLro: LroStyle<never> = {
  ...writeLro,
  headers: ['azure-async', 'location'],
  retryAfter: 10,
  locationPath: (operation) => path(operation, 'operationResults'),
};

/** NIC PUT: no Retry-After, the resource is there already. */
export const { retryAfter: _, ...nicLro } = writeLro;

/** Microsoft.Network writes the ETag into the body too. */
export const networkView = (resource: Resource, properties: JsonObject = resource.properties): JsonObject => ({
  name: resource.name,
  id: resource.id,
  etag: `W/"${resource.etag}"`,
  type: resource.type,
  location: resource.location,
  tags: resource.tags,
  ...resource.extra,
  properties,
});
