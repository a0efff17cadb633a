import type { RelayHealth } from '../contract/relay-health.ts';

export type Health = RelayHealth;

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
