/** What `status` says of each language's sound. */
import { expect, test } from 'vitest';
import { eventTable } from '../../cli/output/event.ts';
import type { EventStatus, MixerConnection } from '../../contract/api/event.ts';

const line = (mixer: Partial<MixerConnection>): string => {
  const french = { language: 'french', component: 'mixer-french', host: 'h', rdp: null, health: 'healthy', ...mixer };
  const connection = { mixers: [french], components: [] };
  return (
    eventTable({ connection } as unknown as EventStatus)
      .split('\n')
      .find((each) => each.startsWith('french')) ?? ''
  );
};
const heard = { track: 2, language: 'fra', peakDb: -14.2, warning: null };

test.each([
  ['nothing is known', {}, /^french +h +- +- +healthy/],
  ['nobody has said what there is', { audio: 'fr' }, /^french +h +- +fr +healthy/],
  ['it is heard', { audio: 'fr', heard }, / fr, track 2 \(fra\), -14 dB +healthy/],
  ['a track without a name', { audio: '2', heard: { ...heard, language: null } }, / 2, track 2, -14 dB +healthy/],
  ['it is not measured yet', { audio: 'fr', heard: { ...heard, peakDb: null } }, / fr, track 2 \(fra\) +healthy/],
  ['it is silent', { audio: 'fr', heard: { ...heard, peakDb: -120 } }, / fr, track 2 \(fra\), silent +healthy/],
  [
    'there is none',
    { audio: 'pl', heard: { ...heard, track: 1, language: 'eng', warning: "there is no pl, the floor's is sent" } },
    / pl, track 1 \(eng\), -14 dB, there is no pl, the floor's is sent +healthy/,
  ],
])('%s', (_what, mixer, expected) => {
  expect(line(mixer)).toMatch(expected);
});
