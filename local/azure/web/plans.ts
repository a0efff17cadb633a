import { refuse } from '../core/constraint.ts';
import { isObject, text } from '../core/json.ts';
import { plain } from '../core/plain.ts';
import type { Resource, Sim } from '../core/provider.ts';
import type { Collection } from '../core/store.ts';
import { WEB } from './constraints.ts';
import { VERSIONS } from './versions.ts';

export const PLAN = 'Microsoft.Web/serverfarms';

/** Regions that do not offer the plan, set by hand. */
export const withoutFlex = (sim: Sim<'store'>): Collection<true> => sim.store.collection('web.without-flex');

export const isFlex = (plan: Resource): boolean =>
  isObject(plan.extra.sku) && /^FC1$/i.test(text(plan.extra.sku, 'name') ?? '');

export const plans = plain<'store'>({
  type: 'serverfarms',
  apiVersions: VERSIONS,
  namePattern: /^[A-Za-z0-9-]{1,60}$/,
  deleteOrder: 70,
  duration: { median: 8, p95: 20 },
  fill({ sim, resource }) {
    const region = resource.location ?? '';
    if (isFlex(resource) && withoutFlex(sim).get(region)) throw refuse(WEB.flexRegion, { region });
    return { status: 'Ready' };
  },
});
