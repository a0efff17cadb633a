/**
 * `/_sim/limits`: what the subscription may have, set by hand, so that quotas and sold-out sizes can be met without asking for
 * hundreds of machines. Keys are `<region>/<name>`, either part may be `*` where it says so.
 */
import { z } from 'zod';
import * as compute from './compute/capacity.ts';
import * as containers from './container-instance/quota.ts';
import { parse } from './core/errors.ts';
import type { JsonObject } from './core/json.ts';
import type { Provider } from './core/provider.ts';
import type { Sim } from './core/sim.ts';
import type { Collection } from './core/store.ts';
import { withoutFlex } from './web/plans.ts';

const numbers = z
  .record(z.string().regex(/^[^/]+\/[^/]+$/, "must read '<region>/<name>'"), z.number().min(0))
  .default({});
const body = z.strictObject({
  /** Cores by `<region or *>/<quota name of usages>`. */
  compute: numbers,
  /** Sizes that cannot be had: `<region or *>/<size or *>` -> reason code. */
  restrictions: z.record(z.string(), z.enum(['NotAvailableForSubscription', 'QuotaId'])).default({}),
  /** Groups or cores by `<region or *>/<quota name of usages>`. */
  containerInstance: numbers,
  /** Regions that do not offer Flex Consumption. */
  withoutFlex: z.array(z.string()).default([]),
});

const shown = <T extends string | number>(collection: Collection<T>): Record<string, T> =>
  Object.fromEntries(collection.entries());
const answer = (sim: Sim<'store'>): JsonObject => ({
  compute: shown(compute.limits(sim)),
  restrictions: shown(compute.restrictions(sim)),
  containerInstance: shown(containers.limits(sim)),
  withoutFlex: [...withoutFlex(sim).entries()].map(([region]) => region),
});

function replace<T>(collection: Collection<T>, values: Record<string, T>, key = (name: string) => name): void {
  for (const [name] of [...collection.entries()]) collection.delete(name);
  for (const [name, value] of Object.entries(values)) collection.set(key(name), value);
}

export const limits: Provider<'store'> = {
  namespace: 'Microsoft.Resources',
  types: [],
  routes: [
    { method: 'GET', path: '/_sim/limits', handle: ({ sim }) => ({ status: 200, body: answer(sim) }) },
    {
      method: 'PUT',
      path: '/_sim/limits',
      handle({ sim, body: given }) {
        const wanted = parse(body, given);
        replace(compute.limits(sim), wanted.compute);
        replace(compute.restrictions(sim), wanted.restrictions, (name) => name.toLowerCase());
        replace(containers.limits(sim), wanted.containerInstance);
        replace(withoutFlex(sim), Object.fromEntries(wanted.withoutFlex.map((region) => [region, true as const])));
        return { status: 200, body: answer(sim) };
      },
    },
  ],
};
