import type { LifecycleInput } from '../seam/lifecycle-input.ts';

/** Tags on every resource of a deployment. */
export const childTags = (input: LifecycleInput): Record<string, string> => ({
  purpose: 'streaming-event',
  event: input.event,
  environment: input.template.environments[input.request.environment].tag,
  'managed-by': 'stream-control',
  template: `${input.template.name}-${input.template.version}`,
  deployment: input.deploymentId,
});
