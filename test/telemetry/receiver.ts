/** A collector on this machine: takes OTLP over HTTP as JSON, and keeps it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Value = { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean };
interface KeyValue {
  key: string;
  value: Value;
}
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number; message?: string };
  attributes: Record<string, unknown>;
}
export interface ReceivedMetric {
  name: string;
  unit: string;
  points: { attributes: Record<string, unknown>; value: number; count: number }[];
}

const plain = (all: KeyValue[] = []): Record<string, unknown> =>
  Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]]));

interface Point {
  attributes?: KeyValue[];
  asDouble?: number;
  asInt?: number;
  sum?: number;
  count?: number;
}

export class Receiver {
  readonly spans: ReceivedSpan[] = [];
  /** As the latest export had them: they are cumulative. */
  readonly metrics = new Map<string, ReceivedMetric>();
  readonly resources: Record<string, unknown>[] = [];
  readonly headers: Record<string, unknown>[] = [];
  readonly texts: string[] = [];
  /** What it answers. */
  status = 200;
  #server: Server;
  #changed = new Set<() => void>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const sent = Buffer.concat(chunks);
        const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString('utf8');
        this.headers.push(request.headers);
        if (this.status === 200) this.#keep(request.url ?? '', text);
        response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
        for (const changed of this.#changed) changed();
      });
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when what was received is so. */
  async until(wanted: () => boolean): Promise<void> {
    while (!wanted())
      await new Promise<void>((resolve) => {
        const changed = () => {
          this.#changed.delete(changed);
          resolve();
        };
        this.#changed.add(changed);
      });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(path: string, text: string): void {
    this.texts.push(text);
    const body = JSON.parse(text) as {
      resourceSpans?: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: Record<string, unknown>[] }[] }[];
      resourceMetrics?: {
        resource: { attributes: KeyValue[] };
        scopeMetrics: { metrics: Record<string, { dataPoints: Point[] } & string>[] }[];
      }[];
    };
    for (const { resource, scopeSpans } of path === '/v1/traces' ? (body.resourceSpans ?? []) : []) {
      this.resources.push(plain(resource.attributes));
      for (const { spans } of scopeSpans)
        for (const span of spans)
          this.spans.push({ ...(span as unknown as ReceivedSpan), attributes: plain(span.attributes as KeyValue[]) });
    }
    for (const { scopeMetrics } of path === '/v1/metrics' ? (body.resourceMetrics ?? []) : [])
      for (const { metrics } of scopeMetrics)
        for (const { name, unit, sum, histogram } of metrics)
          this.metrics.set(String(name), {
            name: String(name),
            unit: String(unit),
            points:
              (sum ?? histogram)?.dataPoints.map((point) => ({
                attributes: plain(point.attributes),
                value: point.asDouble ?? point.asInt ?? point.sum ?? 0,
                count: Number(point.count ?? 0),
              })) ?? [],
          });
  }
}
