/** Microsoft.Web: plans and function apps of Flex Consumption, as far as an installation's shape needs them; no app runs. */
import { LOCATIONS } from '../core/envelope.ts';
import { nameCheck } from '../core/plain.ts';
import type { Provider, Route, Sim } from '../core/provider.ts';
import { plans, withoutFlex } from './plans.ts';
import { configs, credentialPolicies, sites } from './sites.ts';
import { VERSIONS } from './versions.ts';

/** `az functionapp list-flexconsumption-locations` */
const regions: Route<'store'> = {
  method: 'GET',
  path: '/subscriptions/{subscription}/providers/Microsoft.Web/geoRegions',
  apiVersions: VERSIONS,
  handle({ sim, query }) {
    const flex = /^flexconsumption$/i.test(query.get('sku') ?? '');
    const value = Object.entries(LOCATIONS)
      .filter(([name]) => !flex || offers(sim, name))
      .map(([, name]) => ({ name, properties: { name, displayName: name } }));
    return { status: 200, body: { value } };
  },
};
const offers = (sim: Sim<'store'>, region: string): boolean => withoutFlex(sim).get(region) === undefined;

export const web: Provider<'account' | 'time' | 'chance' | 'store' | 'resources'> = {
  namespace: 'Microsoft.Web',
  types: [plans, sites, configs, credentialPolicies],
  routes: [regions, nameCheck('Microsoft.Web', 'Microsoft.Web/sites', VERSIONS)],
};
