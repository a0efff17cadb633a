/**
 * What is to be told of what happened, kept for seconds and told in the background: nothing waits for a collector. Nothing is
 * kept, and nothing loaded, where no collector is set.
 */
import type { TelemetrySettings } from '../azure/telemetry-settings.ts';
import { ports, sleep } from '../ports/index.ts';
import type { Telling } from './exporters.ts';
import type { Measurement } from './metrics.ts';
import type { Span } from './span.ts';

/** Milliseconds after which what was said goes out, together. */
const DELAY = 2000;
/** Longest that anybody waits for it, in milliseconds. */
const PATIENCE = 2000;
/** Spans and measurements kept; when a collector is away for long, the oldest go. */
const KEPT = 4000;

let telemetry: TelemetrySettings | undefined;
let spans: Span[] = [];
let measurements: Measurement[] = [];
let waiting = false;
let loading: Promise<Telling> | undefined;
let sending: Promise<void> = Promise.resolve();
/** Why the latest could not be told. */
let trouble: string | undefined;

/** Says who wants to know; nobody until then. */
export function tellTo(whom: TelemetrySettings | undefined): void {
  telemetry = whom;
}

/** Whether anybody wants to know. */
export const isTold = (): boolean => telemetry !== undefined;

function soon(): void {
  if (waiting) return;
  waiting = true;
  ports().timer(DELAY, () => {
    waiting = false;
    void send();
  });
}

export function tell(...told: Span[]): void {
  if (!isTold()) return;
  spans = [...spans, ...told].slice(-KEPT);
  soon();
}

export function measure(...measured: Measurement[]): void {
  if (!isTold()) return;
  measurements = [...measurements, ...measured].slice(-KEPT);
  soon();
}

/** Never rejects: what a collector does not take is lost. */
function send(): Promise<void> {
  const whom = telemetry;
  if (whom === undefined || spans.length + measurements.length === 0) return sending;
  const [told, measured] = [spans, measurements];
  spans = [];
  measurements = [];
  loading ??= import('./exporters.ts').then(({ tellingTo }) => tellingTo(whom));
  sending = Promise.all([loading, sending])
    .then(([telling]) => telling(told, measured))
    .then(() => complain(undefined), complain);
  return sending;
}

/** Said once, until it has gone well again. */
function complain(error: unknown): void {
  const text = error instanceof Error ? error.message : error === undefined ? undefined : String(error);
  if (text !== undefined && trouble === undefined) console.warn(`Cannot tell telemetry: ${text}`);
  trouble = text;
}

/** Sends what there is and waits for it, though not for long. */
export async function flush(): Promise<void> {
  if (isTold()) await Promise.race([send(), sleep(PATIENCE)]);
}
