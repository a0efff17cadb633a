import type { RelayHealth } from '../contract/relay-health.ts';
import { PRESENTERS } from './ts/choice.ts';

export type Health = RelayHealth;

const METRICS: [name: string, type: 'gauge' | 'counter', help: string, value: (health: Health) => number][] = [
  ['up', 'gauge', '1 when the relay can serve callers', (h) => Number(h.status === 'ok')],
  ['input_connected', 'gauge', '1 while a presenter sends', (h) => Number(h.input.connected)],
  ['input_bits_per_second', 'gauge', 'bit rate of the input', (h) => h.input.bitrate],
  ['input_continuity_errors_total', 'counter', 'packets missing in the input', (h) => h.input.continuityErrors],
  ['input_dropped_bytes_total', 'counter', 'input bytes outside of transport packets', (h) => h.input.droppedBytes],
  ['input_stray_times_total', 'counter', 'time stamps that were replaced or left out', (h) => h.input.strayTimes],
  ['input_second_publishers_total', 'counter', 'publishers whose place was taken', (h) => h.input.secondPublishers],
  ['on_programme', 'gauge', '1 on programme, 0 on slate', (h) => Number(h.source === 'programme')],
  ['callers', 'gauge', 'connected callers', (h) => h.callers],
  ['rejected_total', 'counter', 'connections with a wrong passphrase', (h) => h.rejected],
  ['restarts_total', 'counter', 'pipeline processes that died', (h) => h.restarts],
  ['takeovers_total', 'counter', 'times one presenter took over from the other', (h) => h.presenters.takeovers],
  ['stalls_total', 'counter', 'times output was left out for back-pressure', (h) => h.stalls],
];

type Labels = Record<string, string | number>;
/** Figures of which there are several, each with its labels. */
const SERIES: [name: string, help: string, values: (health: Health) => [Labels, number | null][]][] = [
  [
    'presenter_on_air',
    '1 for the presenter on air',
    (h) => PRESENTERS.map((name) => [{ presenter: name }, Number(h.presenters.onAir === name)]),
  ],
  [
    'presenter_bits_per_second',
    'bit rate of each presenter',
    (h) => PRESENTERS.map((name) => [{ presenter: name }, h.presenters[name].bitrate]),
  ],
  ['track_bits_per_second', 'bit rate of a sound track', (h) => h.tracks.map((t) => [labelsOf(t), t.bitrate])],
  ['track_peak_dbfs', 'highest sample of the last second', (h) => h.tracks.map((t) => [labelsOf(t), t.peakDb])],
  ['track_loudness_lufs', 'short-term loudness, EBU R 128', (h) => h.tracks.map((t) => [labelsOf(t), t.loudnessLufs])],
  [
    'wish_found',
    '1 when the programme has the sound track that callers ask for',
    (h) => h.wishes.map(({ wish, track }) => [{ wish }, Number(track !== null)]),
  ],
];
const labelsOf = ({ track, language, codec }: Health['tracks'][number]): Labels => ({
  track,
  language: language ?? '',
  codec,
});

/** The health in Prometheus' text format 0.0.4. What is not measured now is left out. */
export function metrics(health: Health): string {
  const written = (name: string, type: string, help: string, values: [Labels, number][]) => {
    const metric = `srt_relay_${name}`;
    const lines = values.map(([labels, value]) => {
      const all = Object.entries({ role: health.role, ...labels }).map(([label, text]) => `${label}="${text}"`);
      return `${metric}{${all.join()}} ${value}\n`;
    });
    return `# HELP ${metric} ${help}\n# TYPE ${metric} ${type}\n${lines.join('')}`;
  };
  const known = (values: [Labels, number | null][]) =>
    values.flatMap(([labels, value]): [Labels, number][] => (value === null ? [] : [[labels, value]]));
  return [
    ...METRICS.map(([name, type, help, value]) => written(name, type, help, [[{}, value(health)]])),
    ...SERIES.map(([name, help, values]) => written(name, 'gauge', help, known(values(health)))),
  ].join('');
}
