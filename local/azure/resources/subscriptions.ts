import { refuse } from '../core/constraint.ts';
import { ARM } from '../core/constraints.ts';
import { LOCATIONS } from '../core/envelope.ts';
import type { SimResponse } from '../core/http.ts';
import type { JsonObject } from '../core/json.ts';
import type { Facet, Guard, Route, Sim } from '../core/provider.ts';
import { RESOURCES } from './versions.ts';

const subscription = (sim: Sim<'account'>): JsonObject => ({
  id: `/subscriptions/${sim.account.subscriptionId}`,
  subscriptionId: sim.account.subscriptionId,
  tenantId: sim.account.tenantId,
  displayName: 'Azure simulator',
  state: 'Enabled',
  authorizationSource: 'RoleBased',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
  managedByTenants: [],
});

const unregistered = (sim: Sim<'store'>) => sim.store.collection<string>('unregistered-providers');

const stateOf = (sim: Sim<'store'>, namespace: string): string =>
  unregistered(sim).get(namespace.toLowerCase()) ?? 'Registered';

function describe(sim: Sim<'account' | 'store' | 'types'>, namespace: string): JsonObject | undefined {
  const merged = sim.types.namespaces().filter((one) => one.namespace.toLowerCase() === namespace.toLowerCase());
  const first = merged[0];
  if (!first) return undefined;
  return {
    id: `/subscriptions/${sim.account.subscriptionId}/providers/${first.namespace}`,
    namespace: first.namespace,
    registrationPolicy: 'RegistrationRequired',
    registrationState: stateOf(sim, first.namespace),
    resourceTypes: merged.flatMap((one) =>
      one.types.map(({ type, apiVersions }) => ({
        resourceType: type,
        locations: Object.values(LOCATIONS),
        // Newest first, as ARM lists them: az takes the first.
        apiVersions: [...apiVersions].sort().reverse(),
        capabilities: 'SupportsTags, SupportsLocation',
      })),
    ),
  };
}

const one = (sim: Sim<'account' | 'store' | 'types'>, namespace: string): SimResponse => {
  const body = describe(sim, namespace);
  if (!body) throw refuse(ARM.namespaceUnknown, { namespace });
  return { status: 200, body };
};

const all = (sim: Sim<'account' | 'store' | 'types'>): SimResponse => {
  const names = [...new Set(sim.types.namespaces().map(({ namespace }) => namespace))];
  return { status: 200, body: { value: names.map((name) => describe(sim, name) ?? {}) } };
};

const register =
  (state: 'Registered' | 'Unregistered'): Route<'account' | 'store' | 'types'>['handle'] =>
  ({ sim, params }) => {
    const namespace = params.namespace ?? '';
    one(sim, namespace);
    if (state === 'Registered') unregistered(sim).delete(namespace.toLowerCase());
    else unregistered(sim).set(namespace.toLowerCase(), state);
    return one(sim, namespace);
  };

const route = <F extends Facet>(method: string, path: string, handle: Route<F>['handle']): Route<F> => ({
  method,
  path,
  apiVersions: RESOURCES,
  handle,
});

export const subscriptions: Route<'account' | 'store' | 'types'>[] = [
  route('GET', '/subscriptions', ({ sim }) => ({ status: 200, body: { value: [subscription(sim)] } })),
  route('GET', '/subscriptions/{subscription}', ({ sim }) => ({ status: 200, body: subscription(sim) })),
  route('GET', '/tenants', ({ sim }) => ({
    status: 200,
    body: {
      value: [
        { id: `/tenants/${sim.account.tenantId}`, tenantId: sim.account.tenantId, displayName: 'Azure simulator' },
      ],
    },
  })),
  route('GET', '/subscriptions/{subscription}/locations', ({ sim }) => ({
    status: 200,
    body: {
      value: Object.entries(LOCATIONS).map(([name, displayName]) => ({
        id: `/subscriptions/${sim.account.subscriptionId}/locations/${name}`,
        name,
        type: 'Region',
        displayName,
        regionalDisplayName: displayName,
        metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
      })),
    },
  })),
  route('GET', '/subscriptions/{subscription}/providers', ({ sim }) => all(sim)),
  route('GET', '/providers', ({ sim }) => all(sim)),
  route('GET', '/subscriptions/{subscription}/providers/{namespace}', ({ sim, params }) =>
    one(sim, params.namespace ?? ''),
  ),
  route('GET', '/providers/{namespace}', ({ sim, params }) => one(sim, params.namespace ?? '')),
  route('POST', '/subscriptions/{subscription}/providers/{namespace}/register', register('Registered')),
  route('POST', '/subscriptions/{subscription}/providers/{namespace}/unregister', register('Unregistered')),
];

/** A write into a namespace the subscription is not registered for. */
export const registration: Guard<'store'> = (sim, access) => {
  const namespace = access.type.split('/')[0] ?? '';
  if (access.method !== 'PUT' || stateOf(sim, namespace) === 'Registered') return;
  const { code, message } = refuse(ARM.unregistered, { namespace }).error;
  throw refuse(ARM.unregistered, { namespace }, { details: [{ code, target: namespace, message }] });
};
