import type { JsonObject } from '../core/json.ts';
import type { Facet, Route, Sim } from '../core/provider.ts';
import { RESOURCES } from './versions.ts';

/** Names and values that were made by hand, besides those that resources carry. */
const kept = (sim: Sim<'store'>) => sim.store.collection<{ name: string; values: string[] }>('tag-names');

const count = (value: number): JsonObject => ({ type: 'Total', value });

const valueView = (id: string, tagValue: string, times: number): JsonObject => ({
  id: `${id}/tagValues/${tagValue}`,
  tagValue,
  count: count(times),
});

/** Every tag name of the subscription with its values and how often each is used. */
function names(sim: Sim<'store' | 'resources'>): Map<string, { name: string; values: Map<string, number> }> {
  const found = new Map<string, { name: string; values: Map<string, number> }>();
  const see = (name: string): Map<string, number> => {
    const known = found.get(name.toLowerCase()) ?? { name, values: new Map<string, number>() };
    found.set(name.toLowerCase(), known);
    return known.values;
  };
  for (const { name, values } of kept(sim).values()) {
    const counted = see(name);
    for (const value of values) counted.set(value, 0);
  }
  for (const resource of sim.resources.all())
    for (const [name, value] of Object.entries(resource.tags ?? {})) {
      const values = see(name);
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  return found;
}

function nameView(sim: Sim<'account' | 'store' | 'resources'>, wanted: string): JsonObject {
  const id = `/subscriptions/${sim.account.subscriptionId}/tagNames/${wanted}`;
  const found = names(sim).get(wanted.toLowerCase());
  const values = [...(found?.values ?? [])];
  return {
    id,
    tagName: found?.name ?? wanted,
    count: count(values.reduce((total, [, times]) => total + times, 0)),
    values: values.map(([value, times]) => valueView(id, value, times)),
  };
}

const NAMES = '/subscriptions/{subscription}/tagNames';
const VALUE = `${NAMES}/{name}/tagValues/{value}`;

const route = <F extends Facet>(method: string, path: string, handle: Route<F>['handle']): Route<F> => ({
  method,
  path,
  apiVersions: RESOURCES,
  handle,
});

/** The subscription's list of tag names, which `az tag list`, `create` and `add-value` speak to. */
export const tagNames: Route<'account' | 'store' | 'resources'>[] = [
  route('GET', NAMES, ({ sim }) => ({
    status: 200,
    body: { value: [...names(sim).values()].map(({ name }) => nameView(sim, name)) },
  })),
  route('PUT', `${NAMES}/{name}`, ({ sim, params }) => {
    const name = params.name ?? '';
    const known = kept(sim).get(name.toLowerCase());
    kept(sim).set(name.toLowerCase(), known ?? { name, values: [] });
    return { status: known ? 200 : 201, body: nameView(sim, name) };
  }),
  route('DELETE', `${NAMES}/{name}`, ({ sim, params }) => ({
    status: kept(sim).delete((params.name ?? '').toLowerCase()) ? 200 : 204,
  })),
  route('PUT', VALUE, ({ sim, params }) => {
    const { name = '', value = '' } = params;
    const known = kept(sim).get(name.toLowerCase()) ?? { name, values: [] };
    const had = known.values.includes(value);
    kept(sim).set(name.toLowerCase(), { ...known, values: had ? known.values : [...known.values, value] });
    return {
      status: had ? 200 : 201,
      body: valueView(`/subscriptions/${sim.account.subscriptionId}/tagNames/${name}`, value, 0),
    };
  }),
  route('DELETE', VALUE, ({ sim, params }) => {
    const { name = '', value = '' } = params;
    const known = kept(sim).get(name.toLowerCase());
    if (!known?.values.includes(value)) return { status: 204 };
    kept(sim).set(name.toLowerCase(), { ...known, values: known.values.filter((one) => one !== value) });
    return { status: 200 };
  }),
];
