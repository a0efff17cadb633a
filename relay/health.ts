import type { Settings } from './settings.ts';

/** What a relay knows of itself. Nothing here is secret or names an address: the page is public. */
export interface Health {
  status: 'ok' | 'unable';
  role: Settings['role'];
  input: {
    /** A presenter is connected and bytes came within the last 1.5 s, or the agreed buffer is being filled. */
    connected: boolean;
    /** Bits per second over the last two seconds. */
    bitrate: number;
    lastPacketAgeMs: number | null;
    /** SRT's buffer as presenter and relay agreed on it, ms: so much later everything is on air. */
    latencyMs: number | null;
    /** Packets missing by their continuity counters, since the start. */
    continuityErrors: number;
    /** Bytes that belonged to no transport packet, since the start. */
    droppedBytes: number;
    /** Time stamps far from the others or from the wall clock, replaced or left out, since the start. */
    strayTimes: number;
    /** Publishers refused because another one was connected, since the start. */
    secondPublishers: number;
    /** Why bytes come in and the slate is shown all the same. */
    problem: string | null;
    /** What is left out of a programme that is on air. */
    warning: string | null;
  };
  source: 'programme' | 'slate';
  callers: number;
  /** Connections refused for a wrong or missing passphrase, on both ports, since the start. */
  rejected: number;
  /** Ends of a pipeline process that nobody asked for, since the start. */
  restarts: number;
  /** Times a presenter was let go because it had fallen silent: agreed buffer run dry, and 2.5 s more. */
  recycles: number;
  /** Times the callers' side was stuck and pictures were left out. */
  stalls: number;
  uptimeSeconds: number;
}

const METRICS: [name: string, type: 'gauge' | 'counter', help: string, value: (health: Health) => number][] = [
  ['up', 'gauge', '1 when the relay can serve callers', (h) => Number(h.status === 'ok')],
  ['input_connected', 'gauge', '1 while a presenter sends', (h) => Number(h.input.connected)],
  ['input_bits_per_second', 'gauge', 'bit rate of the input', (h) => h.input.bitrate],
  ['input_continuity_errors_total', 'counter', 'packets missing in the input', (h) => h.input.continuityErrors],
  ['input_dropped_bytes_total', 'counter', 'input bytes outside of transport packets', (h) => h.input.droppedBytes],
  ['input_stray_times_total', 'counter', 'time stamps that were replaced or left out', (h) => h.input.strayTimes],
  ['input_second_publishers_total', 'counter', 'publishers refused beside the first', (h) => h.input.secondPublishers],
  ['on_programme', 'gauge', '1 on programme, 0 on slate', (h) => Number(h.source === 'programme')],
  ['callers', 'gauge', 'connected callers', (h) => h.callers],
  ['rejected_total', 'counter', 'connections with a wrong passphrase', (h) => h.rejected],
  ['restarts_total', 'counter', 'pipeline processes that died', (h) => h.restarts],
  ['stalls_total', 'counter', 'times output was left out for back-pressure', (h) => h.stalls],
];

/** The health in Prometheus' text format 0.0.4. */
export const metrics = (health: Health): string =>
  METRICS.map(([name, type, help, value]) => {
    const metric = `srt_relay_${name}`;
    return `# HELP ${metric} ${help}\n# TYPE ${metric} ${type}\n${metric}{role="${health.role}"} ${value(health)}\n`;
  }).join('');
