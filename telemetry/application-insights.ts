/**
 * Spans and metrics for Application Insights, by its ingestion (`/v2.1/track`; data model: Microsoft Learn, "Application Insights
 * telemetry data model"). Microsoft's own exporter is a preview that reports its use to its maker and fetches its configuration from
 * outside; an installation that calls nobody but its own resources needs neither.
 */
import {
  bearerTokenAuthenticationPolicy,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  defaultRetryPolicy,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import type { Attributes as ResourceAttributes } from '@opentelemetry/api';
import { AggregationTemporality, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { clients } from '../azure/clients.ts';
import { settings } from '../azure/settings.ts';
import { type Envelope, metricEnvelopes, spanEnvelope, type Told } from './envelopes.ts';
import type { Span } from './span.ts';

const SCOPE = 'https://monitor.azure.com/.default';
const TIMEOUT = 10_000;
/** Envelopes in one request; the ingestion takes 64 KB each and some megabytes together. */
const TOGETHER = 500;

/** `InstrumentationKey=...;IngestionEndpoint=https://...;AadAudience=...`, names in any case. */
const partsOf = (connection: string): Map<string, string> =>
  new Map(
    connection.split(';').flatMap((part) => {
      const [name = '', ...value] = part.split('=');
      return name === '' ? [] : [[name.trim().toLowerCase(), value.join('=').trim()] as const];
    }),
  );

function senderTo(endpoint: string, scope: string): (envelopes: Envelope[]) => Promise<void> {
  let pipeline: Pipeline | undefined;
  const send = async (envelopes: Envelope[]) => {
    const { credential, transport } = await clients(settings().subscriptionId);
    if (pipeline === undefined) {
      pipeline = createEmptyPipeline();
      pipeline.addPolicy(defaultRetryPolicy(), { phase: 'Retry' });
      pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }), { phase: 'Sign' });
    }
    const request = createPipelineRequest({
      url: `${endpoint}/v2.1/track`,
      method: 'POST',
      timeout: TIMEOUT,
      headers: createHttpHeaders({ 'content-type': 'application/json' }),
      body: JSON.stringify(envelopes),
    });
    const { status } = await pipeline.sendRequest(transport, request);
    if (status !== 200) throw new Error(`Application Insights answered HTTP ${status}`);
  };
  return async (envelopes) => {
    for (let start = 0; start < envelopes.length; start += TOGETHER)
      await send(envelopes.slice(start, start + TOGETHER));
  };
}

/** @param connection the connection string; it names a place, and is no key where local authentication is off */
export function applicationInsights(connection: string, resource: ResourceAttributes) {
  const parts = partsOf(connection);
  const endpoint = (parts.get('ingestionendpoint') ?? 'https://dc.services.visualstudio.com').replace(/\/+$/, '');
  const send = senderTo(endpoint, parts.get('aadaudience') ?? SCOPE);
  const told: Told = {
    key: parts.get('instrumentationkey') ?? '',
    role: String(resource['service.name'] ?? ''),
    instance: String(resource['service.instance.id'] ?? ''),
  };
  const metrics: PushMetricExporter = {
    export: ({ scopeMetrics }, done) => {
      const envelopes = scopeMetrics.flatMap(({ metrics: all }) => all.flatMap((one) => metricEnvelopes(told, one)));
      send(envelopes).then(
        () => done({ code: 0 }),
        (error: Error) => done({ code: 1, error }),
      );
    },
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const spans = (all: readonly Span[]): Promise<void> => send(all.map((span) => spanEnvelope(told, span)));
  return { spans, metrics };
}
