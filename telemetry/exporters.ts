/** To whom it is told. Reached by `import()` only, and only where somebody wants to know: these packages take longer to load than the app. */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { TelemetrySettings } from '../azure/telemetry-settings.ts';
import { ports } from '../ports/index.ts';
import { applicationInsights } from './application-insights.ts';
import { recorderOf } from './instruments.ts';
import type { Measurement } from './metrics.ts';
import { otlpSpans } from './otlp.ts';
import type { Span } from './span.ts';

/** Rejects when somebody could not be told. */
export type Telling = (spans: readonly Span[], measurements: readonly Measurement[]) => Promise<void>;

/** What tells. `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` have the last word. */
function resourceOf({ site }: TelemetrySettings) {
  const instance = Buffer.from(ports().random(8)).toString('hex');
  return defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': 'stream-control',
        'service.instance.id': instance,
        ...(site !== undefined && {
          'cloud.provider': 'azure',
          'cloud.platform': 'azure.functions',
          'faas.name': site,
        }),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

export function tellingTo(telemetry: TelemetrySettings): Telling {
  const resource = resourceOf(telemetry);
  const spanSenders: ((spans: readonly Span[]) => Promise<void>)[] = [];
  const metricSenders: PushMetricExporter[] = [];
  if (telemetry.otlp.traces) spanSenders.push(otlpSpans(resource));
  if (telemetry.otlp.metrics) metricSenders.push(new OTLPMetricExporter());
  if (telemetry.applicationInsights !== undefined) {
    const insights = applicationInsights(telemetry.applicationInsights, resource.attributes);
    spanSenders.push(insights.spans);
    metricSenders.push(insights.metrics);
  }
  const readers = metricSenders.map((exporter) => new PeriodicExportingMetricReader({ exporter }));
  const meters = new MeterProvider({ resource, readers });
  const record = recorderOf(meters.getMeter('stream-control'));
  return async (spans, measurements) => {
    for (const one of measurements) record(one);
    const tellings = spans.length === 0 ? [] : spanSenders.map((send) => send(spans));
    if (measurements.length > 0) tellings.push(meters.forceFlush());
    const failed = (await Promise.allSettled(tellings)).find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  };
}
