import { expect, test } from 'vitest';
import { sealCertificate, verifyCertificate } from '../../domain/certificate.ts';
import { hear, isSilent, newAgent } from '../../entities/agent.ts';
import { emptyIndex, putEntry } from '../../entities/event-index.ts';
import { type ListeningState, listen, listeningSince } from '../../entities/listening.ts';

/** What Newtonsoft.Json makes of the times in a JSON text: zeros at the end of a fraction go (the Durable extension passes everything through it). */
const throughTheExtension = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value).replace(/(T\d\d:\d\d:\d\d)\.(\d*?)0*Z/g, (_all, time, rest) =>
      rest ? `${time}.${rest}Z` : `${time}Z`,
    ),
  ) as T;

const EARLY = '2026-11-21T08:00:00.000Z';
const LATE = '2026-11-21T08:00:00.120Z';

test('the list of events keeps the later word, however its time is written', () => {
  const entry = (state: string, at: string) => ({
    event: 'demo',
    deploymentId: 'demo-a-b',
    resourceGroup: 'g',
    state,
    at,
  });
  const early = throughTheExtension(entry('provisioning', EARLY));
  const late = throughTheExtension(entry('live', LATE));
  expect(early.at > late.at).toBe(true);
  expect(putEntry(putEntry(emptyIndex(), early), late).events.demo?.state).toBe('live');
  expect(putEntry(putEntry(emptyIndex(), late), early).events.demo?.state).toBe('live');
});

test('a mixer’s later heartbeat counts', () => {
  const early = throughTheExtension({ at: EARLY, streaming: false });
  const late = throughTheExtension({ at: LATE, streaming: true });
  expect(hear(hear(newAgent(), early), late).heartbeat?.streaming).toBe(true);
  expect(hear(hear(newAgent(), late), early).heartbeat?.streaming).toBe(true);
});

test('the control plane listens without a gap as long as it says so', () => {
  const at = Date.parse(EARLY);
  const said = (...seconds: number[]) =>
    seconds.reduce<ListeningState | undefined>((state, second) => listen(state, at + second * 1000), undefined);
  expect(listeningSince(undefined, at)).toBeUndefined();
  expect(listeningSince(said(0, 20, 40), at + 60_000)).toBe(at);
  expect(listeningSince(said(0, 20), at + 300_000)).toBe(at + 300_000);
  expect(listeningSince(said(0, 20, 300, 320), at + 330_000)).toBe(at + 300_000);
  // A clock that was set back: what was said in the time to come counts for nothing.
  expect(listeningSince(said(600), at)).toBe(at);
});

test('nobody is silent to whom nobody listened', () => {
  const heartbeat = { at: EARLY, streaming: true };
  const at = Date.parse(EARLY);
  expect(isSilent(heartbeat, 10_000, at + 31_000)).toBe(true);
  expect(isSilent(heartbeat, 10_000, at + 31_000, at + 5_000)).toBe(false);
  expect(isSilent(heartbeat, 10_000, at + 36_000, at + 5_000)).toBe(true);
});

test('a certificate’s seal holds', () => {
  const certificate = sealCertificate({
    deploymentId: 'demo-a-b',
    event: 'demo',
    title: 'Demo',
    environment: 'production',
    outcome: 'gone',
    reason: 'asked',
    resourceGroups: ['g'],
    acceptedAt: EARLY,
    endedAt: LATE,
    left: [],
    resources: [{ id: '/g', type: 't', name: 'n', removedAt: LATE }],
    cost: { total: 1.5, currency: 'USD', pricesAsOf: '2026-11-01' },
    verification: { at: LATE, resourceGroup: 'g', resourcesLeft: 0, secretsLeft: 0 },
  });
  expect(certificate).toMatchObject({ acceptedAt: '2026-11-21T08:00:00Z', endedAt: '2026-11-21T08:00:00Z' });
  expect(verifyCertificate(throughTheExtension(certificate))).toBe(true);
  expect(verifyCertificate({ ...certificate, reason: 'another' })).toBe(false);
});
