/** Whom telemetry goes to, from the standard variables of OpenTelemetry and of Application Insights. */

export interface TelemetrySettings {
  /** By OTLP; where to and how, the exporter reads from the `OTEL_EXPORTER_OTLP_` variables itself. */
  otlp: { traces: boolean; metrics: boolean };
  /** Connection string. */
  applicationInsights?: string;
  /** Name of the site on Azure. */
  site?: string;
}

/** @returns undefined when nobody is to be told */
export function telemetrySettings(
  environment: Readonly<Record<string, string | undefined>>,
  site: string | undefined,
): TelemetrySettings | undefined {
  const has = (name: string) => (environment[name] ?? '') !== '';
  const off = (name: string) => environment[name]?.trim().toLowerCase() === 'none';
  // Each is read, whatever the others say: which settings there are is known by reading them (test/bicep/settings.test.ts).
  const disabled = environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
  const endpoint = has('OTEL_EXPORTER_OTLP_ENDPOINT');
  const traces = has('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') || endpoint;
  const metrics = has('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') || endpoint;
  const [noTraces, noMetrics] = [off('OTEL_TRACES_EXPORTER'), off('OTEL_METRICS_EXPORTER')];
  const connection = environment.APPLICATIONINSIGHTS_CONNECTION_STRING;
  const otlp = { traces: traces && !noTraces, metrics: metrics && !noMetrics };
  if (disabled || !(otlp.traces || otlp.metrics || connection)) return undefined;
  return { otlp, ...(connection && { applicationInsights: connection }), ...(site !== undefined && { site }) };
}
