/** What is counted and timed. Names and units as in OpenTelemetry's semantic conventions: dots, seconds, words in braces. */
import type { Attributes } from './span.ts';

/** Bounds in seconds, for what takes from half a minute to half an hour. */
const MINUTES = [30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1800, 3600];

export const METRICS = {
  'stream_control.deployment.ready_time': {
    unit: 's',
    bounds: MINUTES,
    description: 'From the begin of preflight to live, of deployments that became live',
  },
  'stream_control.repair_time': {
    unit: 's',
    bounds: MINUTES,
    description: 'From degraded to live again, of live events',
  },
  'stream_control.failures': { unit: '{failure}', description: 'Steps that failed, by class' },
  'stream_control.azure.throttles': { unit: '{request}', description: 'Requests that Azure answered with 429' },
} as const satisfies Record<string, { unit: string; description: string; bounds?: number[] }>;

export type MetricName = keyof typeof METRICS;

export interface Measurement {
  metric: MetricName;
  value: number;
  attributes: Attributes;
}
