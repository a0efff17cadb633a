import type { JsonObject } from './json.ts';
import type { Resource } from './model.ts';

/** The wire form of a resource as most providers write it. */
export const defaultView = (resource: Resource): JsonObject => ({
  id: resource.id,
  name: resource.name,
  type: resource.type,
  location: resource.location,
  tags: resource.tags,
  ...resource.extra,
  properties: resource.properties,
});
