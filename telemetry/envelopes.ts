/** Spans and metrics as Application Insights takes them: one envelope each. */
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Attributes, Span } from './span.ts';

export interface Told {
  /** Instrumentation key: which component, not a secret. */
  key: string;
  role: string;
  instance: string;
}

export interface Envelope {
  name: string;
  time: string;
  iKey: string;
  tags: Record<string, string>;
  data: { baseType: string; baseData: Record<string, unknown> };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `d.hh:mm:ss.fff` of milliseconds. */
export function timeSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  return `${d}.${two(h)}:${two(m)}:${two(s)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
}

const texts = (attributes: Attributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));

const envelope = (
  { key, role, instance }: Told,
  type: 'Request' | 'RemoteDependency' | 'Metric',
  time: number,
  tags: Record<string, string>,
  baseData: Record<string, unknown>,
): Envelope => ({
  name: `Microsoft.ApplicationInsights.${type}`,
  time: new Date(time).toISOString(),
  iKey: key,
  tags: { 'ai.cloud.role': role, 'ai.cloud.roleInstance': instance, ...tags },
  data: { baseType: `${type}Data`, baseData: { ver: 2, ...baseData } },
});

export function spanEnvelope(told: Told, span: Span): Envelope {
  const { attributes, error } = span;
  const tags = {
    'ai.operation.id': span.traceId,
    ...(span.parentId !== undefined && { 'ai.operation.parentId': span.parentId }),
  };
  const status = String(attributes['http.response.status_code'] ?? '');
  const common = {
    id: span.spanId,
    name: span.name,
    duration: timeSpan(span.to - span.from),
    success: error === undefined,
    properties: { ...texts(attributes), ...(error !== undefined && { error }) },
  };
  if (span.kind === 'server')
    return envelope(told, 'Request', span.from, tags, { ...common, responseCode: error === undefined ? '0' : error });
  const client = span.kind === 'client';
  return envelope(told, 'RemoteDependency', span.from, tags, {
    ...common,
    type: client ? 'HTTP' : 'InProc',
    resultCode: status || (error ?? '0'),
    ...(client && {
      target: String(attributes['server.address'] ?? ''),
      data: String(attributes['url.template'] ?? ''),
    }),
  });
}

export function metricEnvelopes(told: Told, metric: MetricData): Envelope[] {
  const { name } = metric.descriptor;
  const one = (at: readonly [number, number], attributes: object, value: Record<string, unknown>): Envelope =>
    envelope(
      told,
      'Metric',
      at[0] * 1000 + at[1] / 1e6,
      {},
      {
        metrics: [{ name, kind: 1, ...value }],
        properties: texts(attributes as Attributes),
      },
    );
  if (metric.dataPointType === DataPointType.HISTOGRAM)
    return metric.dataPoints
      .filter(({ value }) => value.count > 0)
      .map(({ endTime, attributes, value: { sum = 0, count, min = 0, max = 0 } }) =>
        one(endTime, attributes, { value: sum, count, min, max }),
      );
  if (metric.dataPointType === DataPointType.SUM)
    return metric.dataPoints
      .filter(({ value }) => value > 0)
      .map(({ endTime, attributes, value }) => one(endTime, attributes, { value, count: 1 }));
  return [];
}
