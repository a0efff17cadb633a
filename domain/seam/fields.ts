/** Fields of what crosses durable functions, each checked as far as anything depends on it. */
import { z } from 'zod';
import { COMPONENT_ID } from '../component.ts';
import { parseInstant } from '../instant.ts';
import { EVENT_NAME, eventOfDeployment, parseGroupName } from '../names.ts';
import { VAULTS } from '../template/schema.ts';
import type { Installation } from './installation.ts';

/**
 * A value that another build of ours wrote: it has type T, and is checked only as far as `schema` goes. An older build may have left
 * something out, a newer one may have added something.
 */
export const trusted = <T>(schema: z.ZodType): z.ZodType<T> => schema as z.ZodType<T>;

export const event = z.string().regex(EVENT_NAME, 'is no name of an event');
export const deploymentId = z.string().refine((id) => eventOfDeployment(id) !== undefined, 'is no id of a deployment');
export const group = z.string().refine((name) => parseGroupName(name) !== undefined, 'is no group of an event');
export const component = z.string().regex(COMPONENT_ID, 'is no component');
/** ISO 8601. */
export const instant = z.string().refine((text) => parseInstant(text) !== undefined, 'is no ISO 8601 time');
export const seconds = z
  .number()
  .nonnegative()
  .max(30 * 86_400);
const vault = z.string().regex(/^https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'is no address of a vault');

export const installation = trusted<Installation>(
  z.object({
    subscriptionId: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'is no id of a subscription'),
    keyVaultUrl: vault,
    mixerVaultUrl: vault,
    timeScale: z.number().min(1),
  }),
);

/** What everything that belongs to a deployment is given. */
export const deployment = z.object({ deploymentId, event, installation });

/** Id, event and group must be of one event. */
export function agree(
  { deploymentId: id, event: name, resourceGroup }: { deploymentId: string; event: string; resourceGroup?: string },
  context: z.core.$RefinementCtx,
): void {
  const issue = (path: string) => context.addIssue({ code: 'custom', path: [path], message: 'is of another event' });
  if (eventOfDeployment(id) !== name) issue('deploymentId');
  if (resourceGroup !== undefined && parseGroupName(resourceGroup)?.event !== name) issue('resourceGroup');
}

/** A secret by its name in one of the two vaults. */
export const secretPlace = z.strictObject({
  vault: z.enum(VAULTS),
  secret: z.string().regex(/^[a-z0-9-]{1,127}$/, 'is no name of a secret'),
});
