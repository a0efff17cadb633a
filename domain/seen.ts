/** What a removal has seen of the resources of a group: when each was there, and when it was there no more. */
import type { RemovedResource, RemoveStep } from './seam/removal.ts';

/** By id, in lower case. */
export type SeenResources = Map<string, RemovedResource>;

/** What another removal had seen. */
export function heard(seen: SeenResources, resources: readonly RemovedResource[]): void {
  for (const resource of resources) seen.set(resource.id.toLowerCase(), resource);
}

/** What still stands is remembered as it was before. */
export function note(seen: SeenResources, resources: readonly RemovedResource[]): void {
  for (const resource of resources) {
    const { removedAt: _gone, ...before }: Partial<RemovedResource> = seen.get(resource.id.toLowerCase()) ?? {};
    // The state before the deletion counts.
    const { state = resource.state } = before;
    seen.set(resource.id.toLowerCase(), { ...before, ...resource, ...(state === undefined ? {} : { state }) });
  }
}

/** A listing: new resources are remembered, those no longer listed have vanished by then. @param at ISO 8601 */
export function listed(seen: SeenResources, resources: readonly RemovedResource[], at: string): void {
  const there = new Set(resources.map(({ id }) => id.toLowerCase()));
  for (const id of seen.keys()) if (!there.has(id)) vanished(seen, id, at);
  note(
    seen,
    resources.map((resource) => ({ ...resource, seenAt: at })),
  );
}

/** The group is gone, and everything in it. @param at ISO 8601 */
export function allGone(seen: SeenResources, at: string): void {
  for (const id of seen.keys()) vanished(seen, id, at);
}

function vanished(seen: SeenResources, id: string, removedAt: string): void {
  const resource = seen.get(id);
  if (resource && !resource.removedAt) seen.set(id, { ...resource, removedAt });
}

/** What another removal had seen, by what its steps came to. @param steps in their order; `at` ISO 8601 */
export function seenBy(steps: readonly { at: string; step: RemoveStep }[]): SeenResources {
  const seen: SeenResources = new Map();
  for (const { at, step } of steps) {
    if (step.step === 'heard') heard(seen, step.resources);
    else if (step.step === 'listed') listed(seen, step.resources, at);
    else if (step.step === 'gone') allGone(seen, at);
  }
  return seen;
}
