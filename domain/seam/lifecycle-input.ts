import { z } from 'zod';
import { LANGUAGE } from '../names.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { DecodedStatus } from '../status/decoded.ts';
import { type Template, VAULTS } from '../template/schema.ts';
import { agree, deployment, event, instant, seconds, trusted } from './fields.ts';
import { past, type Takeover, takeover } from './past.ts';

/** What a lifecycle that begins in the place of another knows of it, where its past cannot be heard again. */
export interface Replaced extends Takeover {
  /** Counts replacements from 1, so that instance numbers of two lifecycles never meet. */
  n: number;
  /** What it showed last, as its own version reads it. */
  status?: DecodedStatus;
}

/**
 * Input of the lifecycle, instance id `event-<event>`. It is everything the event ever knows of its surroundings, and what it passes on to
 * nodes and removals.
 */
export const lifecycleShape = deployment
  .extend({
    /** Version of the reducer that interprets it (docs/architecture.md, Reducers have versions). */
    version: z.number(),
    request: trusted<DeployRequest>(
      z.object({
        event,
        title: z.string(),
        languages: z.array(z.string().regex(LANGUAGE, 'is no language')).max(1000),
        regions: z.array(z.string().min(1)).min(1),
        vmSizes: z.array(z.string().min(1)).min(1),
        ttlSeconds: seconds,
        environment: z.string(),
      }),
    ),
    /** `requestHash(request)`: the same id with the same hash is the same request. */
    requestHash: z.string(),
    template: trusted<Template>(
      z.object({
        name: z.string(),
        environments: z.record(z.string(), z.unknown()),
        steps: z.record(z.string(), z.unknown()),
        components: z.record(z.string(), z.object({ kind: z.string() })),
        secrets: z.record(z.string(), z.object({ vault: z.enum(VAULTS) })),
      }),
    ),
    /** Gives `createdAt` and the group's epoch. The winner's counts. */
    acceptedAt: instant,
    /** Who asked, as the door named them. */
    by: z.string(),
    /** This lifecycle begins in the place of one that broke, to end the event. */
    takeover: trusted<Replaced>(takeover.extend({ n: z.int().positive() })).exactOptional(),
    /** This lifecycle goes on where one that broke stood. */
    past: past.exactOptional(),
  })
  .superRefine((input, context) => {
    agree(input, context);
    if (input.request.event !== input.event)
      context.addIssue({ code: 'custom', path: ['request', 'event'], message: 'is of another event' });
    if (!Object.hasOwn(input.template.environments, input.request.environment))
      context.addIssue({ code: 'custom', path: ['request', 'environment'], message: 'is not in the template' });
  });
export type LifecycleInput = z.infer<typeof lifecycleShape>;
