/** Spans by OTLP over HTTP, to where the standard variables say (`OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, ...). */
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import type { Span } from './span.ts';

type Exported = Parameters<OTLPTraceExporter['export']>[0][number];

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Seconds and nanoseconds. */
const hr = (ms: number): HrTime => [Math.trunc(ms / 1000), Math.round((ms % 1000) * 1e6)];

function exported(span: Span, resource: Resource): Exported {
  const { traceId, parentId } = span;
  const context = (spanId: string) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  const attributes: Attributes = span.attributes;
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => context(span.spanId),
    ...(parentId !== undefined && { parentSpanContext: context(parentId) }),
    startTime: hr(span.from),
    endTime: hr(span.to),
    duration: hr(span.to - span.from),
    status:
      span.error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: span.error },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'stream-control' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

export function otlpSpans(resource: Resource): (spans: readonly Span[]) => Promise<void> {
  const exporter = new OTLPTraceExporter();
  return (spans) =>
    new Promise((resolve, reject) => {
      exporter.export(
        spans.map((span) => exported(span, resource)),
        ({ error }) => (error ? reject(error) : resolve()),
      );
    });
}
