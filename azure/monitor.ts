/** Azure Monitor's metrics, of up to fifty resources of one type and region at once. The package is loaded with the first question. */
import type { AzureClients } from './clients.ts';
import { clientOptions } from './transport.ts';

/** Resources that one question may name (Microsoft Learn, "metrics:getBatch"). */
const BATCH = 50;

export type Point = [at: string, value: number];
/** By resource id in lower case, then by the metric's name. */
export type Measured = Map<string, Map<string, Point[]>>;

export interface Asked {
  region: string;
  namespace: string;
  ids: readonly string[];
  names: readonly string[];
  from: Date;
  to: Date;
  /** ISO 8601 duration. */
  interval: string;
}

export async function measured(azure: AzureClients, asked: Asked): Promise<Measured> {
  const { MetricsClient } = await import('@azure/monitor-query-metrics');
  const client = new MetricsClient(`https://${asked.region}.metrics.monitor.azure.com`, azure.credential, {
    audience: 'https://metrics.monitor.azure.com/.default',
    ...clientOptions(azure.transport),
  });
  const found: Measured = new Map();
  for (let start = 0; start < asked.ids.length; start += BATCH) {
    const results = await client.queryResources(
      asked.ids.slice(start, start + BATCH),
      [...asked.names],
      asked.namespace,
      { startTime: asked.from, endTime: asked.to, interval: asked.interval, aggregation: 'average,total' },
    );
    for (const { resourceId, metrics } of results) {
      const series = new Map<string, Point[]>();
      for (const { name, timeseries } of metrics) {
        const data = timeseries.flatMap((one) => one.data ?? []);
        series.set(
          name,
          data.flatMap(({ timeStamp, average, total }): Point[] => {
            const value = average ?? total;
            return value === undefined ? [] : [[timeStamp.toISOString(), value]];
          }),
        );
      }
      found.set((resourceId ?? '').toLowerCase(), series);
    }
  }
  return found;
}
