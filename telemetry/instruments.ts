import type { Meter } from '@opentelemetry/api';
import { METRICS, type Measurement, type MetricName } from './metrics.ts';

/** The instruments of a meter, each made when it first measures. */
export function recorderOf(meter: Meter): (measurement: Measurement) => void {
  const known = new Map<MetricName, (value: number, attributes: Measurement['attributes']) => void>();
  const make = (name: MetricName) => {
    const { unit, description, ...more } = METRICS[name];
    if ('bounds' in more) {
      const histogram = meter.createHistogram(name, {
        unit,
        description,
        advice: { explicitBucketBoundaries: [...more.bounds] },
      });
      return histogram.record.bind(histogram);
    }
    const counter = meter.createCounter(name, { unit, description });
    return counter.add.bind(counter);
  };
  return ({ metric, value, attributes }) => {
    const record = known.get(metric) ?? make(metric);
    known.set(metric, record);
    record(value, attributes);
  };
}
