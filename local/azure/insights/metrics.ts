/** `metrics.list` of ARM and `metrics:getBatch` of the regional data plane; both answer from the same series. */
import { readBody } from '../core/body.ts';
import { hasToken } from '../core/caller.ts';
import { ArmError } from '../core/errors.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { HostRoute, Route } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { type Metric, metricsOf, sample } from './series.ts';

const MINUTE = 60_000;
/** Samples in one answer; more are asked for with a longer interval. */
const MOST = 1440;

const badRequest = (message: string): ArmError => new ArmError(400, 'BadRequest', message);

/** `PT1M`, `PT5M`, `PT1H`, `P1D` in ms. */
function interval(value: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/i.exec(value);
  const ms = match ? (Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * MINUTE : 0;
  if (ms === 0)
    throw badRequest(`Invalid time grain '${value}': use PT1M, PT5M, PT15M, PT30M, PT1H, PT6H, PT12H or P1D.`);
  return ms;
}

/** az leaves the plus of `+00:00` unescaped, which reads as a space. */
const instant = (value: string): number => Date.parse(value.replace(/ (\d\d:\d\d)$/, '+$1'));

/** az 2.45 escapes the timespan twice, and leaves out the zone: UTC. */
const spanOf = (value: string): string[] =>
  value
    .replace(/%3A/gi, ':')
    .replace(/%2F/gi, '/')
    .split('/')
    .map((one) => (/(?:Z|[+ -]\d\d:\d\d)$/i.test(one) ? one : `${one}Z`));

interface Wanted {
  from: number;
  to: number;
  grain: number;
  names: string[];
}

/** Times of day in metric queries are wall clock; a missing timespan is the last hour. */
function wanted(sim: Sim<'time'>, query: URLSearchParams): Wanted {
  const span = query.get('timespan');
  const [start, end] = span ? spanOf(span) : [query.get('starttime'), query.get('endtime')];
  const to = end ? instant(end) : sim.time.now();
  const from = start ? instant(start) : to - 60 * MINUTE;
  if (Number.isNaN(to) || Number.isNaN(from) || from >= to)
    throw badRequest('The timespan is not two ISO 8601 times, the earlier one first.');
  const grain = interval(query.get('interval') ?? 'PT1M');
  if ((to - from) / grain > MOST)
    throw badRequest(`The timespan holds more than ${MOST} samples: ask with a longer interval.`);
  const names = (query.get('metricnames') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return { from, to, grain, names };
}

function series(
  sim: Sim<'time' | 'chance' | 'operations'>,
  resource: Resource,
  metric: Metric,
  ask: Wanted,
): JsonObject {
  const key = metric.aggregation.toLowerCase();
  const data: JsonObject[] = [];
  for (let at = Math.floor(ask.from / ask.grain) * ask.grain; at < ask.to; at += ask.grain) {
    const value = at > sim.time.now() ? null : sample(sim, resource, metric, at);
    const factor = metric.aggregation === 'Total' ? ask.grain / MINUTE : 1;
    data.push({
      timeStamp: sim.time.iso(at).replace(/\.\d+Z$/, 'Z'),
      ...(value === null ? {} : { [key]: value * factor }),
    });
  }
  return {
    id: `${resource.id}/providers/Microsoft.Insights/metrics/${metric.name}`,
    type: 'Microsoft.Insights/metrics',
    name: { value: metric.name, localizedValue: metric.name },
    displayDescription: metric.text,
    unit: metric.unit,
    timeseries: [{ metadatavalues: [], data }],
    errorCode: 'Success',
  };
}

function answer(sim: Sim<'time' | 'chance' | 'operations'>, resource: Resource, ask: Wanted): JsonObject {
  const known = metricsOf(resource.type);
  const names = ask.names.length > 0 ? ask.names : known.slice(0, 1).map((metric) => metric.name);
  const metrics = names.map((name) => {
    const metric = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (!metric)
      throw badRequest(
        `Failed to find metric configuration for provider: ${resource.type.split('/')[0]}, resource Type: ${resource.type.split('/')[1]}, metric: ${name}, Valid metrics: ${known.map((one) => one.name).join(',')}`,
      );
    return series(sim, resource, metric, ask);
  });
  return {
    cost: Math.round((ask.to - ask.from) / MINUTE) - 1,
    timespan: `${sim.time.iso(ask.from).replace(/\.\d+Z$/, 'Z')}/${sim.time.iso(ask.to).replace(/\.\d+Z$/, 'Z')}`,
    interval: `PT${ask.grain / MINUTE}M`,
    value: metrics,
    namespace: resource.type,
    resourceregion: resource.location,
  };
}

const RESOURCE = '/subscriptions/{subscription}/resourceGroups/{group}/providers/{namespace}/{type}/{name}';
const resourceOf = (sim: Sim<'resources'>, path: string): Resource => {
  const id = path.replace(/\/providers\/microsoft\.insights\/.*$/i, '');
  const resource = sim.resources.get(decodeURIComponent(id));
  if (!resource) throw sim.resources.missing(decodeURIComponent(id));
  return resource;
};

export const metricRoutes: Route<'time' | 'chance' | 'resources' | 'operations'>[] = [
  {
    method: 'GET',
    path: `${RESOURCE}/providers/Microsoft.Insights/metrics`,
    apiVersions: 'any',
    handle: ({ sim, request, query }) => ({
      status: 200,
      body: answer(sim, resourceOf(sim, request.url.pathname), wanted(sim, query)),
    }),
  },
  {
    method: 'GET',
    path: `${RESOURCE}/providers/Microsoft.Insights/metricDefinitions`,
    apiVersions: 'any',
    handle({ sim, request }) {
      const resource = resourceOf(sim, request.url.pathname);
      const value = metricsOf(resource.type).map((metric) => ({
        id: `${resource.id}/providers/microsoft.insights/metricdefinitions/${metric.name}`,
        resourceId: resource.id,
        namespace: resource.type,
        name: { value: metric.name, localizedValue: metric.name },
        unit: metric.unit,
        primaryAggregationType: metric.aggregation,
        supportedAggregationTypes: ['Average', 'Total'],
        metricAvailabilities: [{ timeGrain: 'PT1M', retention: 'P93D' }],
        dimensions: [],
      }));
      return { status: 200, body: { value } };
    },
  },
];

const BATCH = /^\/subscriptions\/[^/]+\/metrics:getBatch$/i;

/** `https://<region>.metrics.monitor.azure.com/subscriptions/{s}/metrics:getBatch`, up to fifty resources at once. */
export const metricsHost: HostRoute<'time' | 'chance' | 'resources' | 'operations'> = {
  matches: (host) => /\.metrics\.monitor\.azure\.com$/i.test(host),
  handle(sim: Sim<'time' | 'chance' | 'resources' | 'operations'>, request: SimRequest): SimResponse {
    if (request.method !== 'POST' || !BATCH.test(request.url.pathname))
      throw new ArmError(404, 'NotFound', 'Only POST /subscriptions/{id}/metrics:getBatch is answered here.');
    if (!hasToken(request)) throw new ArmError(401, 'Unauthorized', 'A bearer token is required.');
    const body = readBody(request, false);
    const ids = Array.isArray(body.resourceids) ? body.resourceids.map(String) : [];
    if (ids.length === 0 || ids.length > 50)
      throw badRequest("The member 'resourceids' must hold 1 to 50 resource ids.");
    const ask = wanted(sim, request.url.searchParams);
    const values = ids.map((id) => {
      const resource = sim.resources.get(id);
      if (!resource) throw sim.resources.missing(id);
      const { timespan, ...one } = answer(sim, resource, ask);
      const [starttime, endtime] = String(timespan).split('/');
      return { starttime, endtime, resourceid: resource.id, ...one };
    });
    return { status: 200, body: { values } };
  },
};
