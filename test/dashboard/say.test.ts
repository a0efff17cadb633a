/** What the page says of a language, now and at a second of the past: no green above what is not on air. */
import { describe, expect, test } from 'vitest';
import type { ComponentHealth, LiveMixer, LiveRelay } from '../../contract/api/live.ts';
import { judge, toneOf, troubleFirst } from '../../dashboard/src/say/language.ts';
import { past, toldOf } from '../../dashboard/src/say/past.ts';
import { judgeShared } from '../../dashboard/src/say/shared.ts';
import { EVENT_STATES, is } from '../../domain/states.ts';

const NOW = Date.parse('2026-11-27T10:00:00Z');
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();
const well = { health: 'healthy', reason: null, since: null, beingRemedied: false } as const;
const mixer = (say: Partial<LiveMixer> = {}): LiveMixer => ({
  language: 'french',
  at: ago(1),
  streaming: true,
  desired: { streaming: true },
  ...say,
});
const of = (state: string, component: Parameters<typeof judge>[1]['component'], said: LiveMixer | undefined) => {
  const { tone, word } = judge('french', { state, component, mixer: said, now: NOW });
  return [tone, word];
};

describe('a language', () => {
  test.each([
    ['streams as wanted', 'live', well, mixer(), ['good', 'onAir']],
    ['should stream and does not', 'live', well, mixer({ streaming: false }), ['bad', 'offAir']],
    ['is not to stream', 'live', well, mixer({ streaming: false, desired: { streaming: false } }), ['idle', 'ready']],
    ['has not spoken', 'live', well, mixer({ at: null }), ['warn', 'unheard']],
    ['fell silent while it streamed', 'live', well, mixer({ at: ago(35) }), ['warn', 'unheard']],
    ['is unwell and streams', 'degraded', { ...well, health: 'unhealthy' as const }, mixer(), ['bad', 'unwell']],
    [
      'is helped',
      'remediating',
      { ...well, health: 'unhealthy' as const, beingRemedied: true },
      mixer(),
      ['bad', 'helped'],
    ],
    [
      'streams with a complaint',
      'live',
      well,
      mixer({ problems: [{ code: 'too-slow', text: 'too slow' }] }),
      ['warn', 'onAir'],
    ],
    ['is paused, whatever was said last', 'paused', well, mixer(), ['off', 'paused']],
    ['is being made', 'provisioning', undefined, undefined, ['work', 'making']],
    ['is not known', 'live', undefined, undefined, ['idle', 'unknown']],
  ])('%s', (_what, state, component, said, expected) => {
    expect(of(state, component, said)).toEqual(expected);
  });

  test('no state that is unwell or failed looks good, and every state looks like something', () => {
    for (const state of EVENT_STATES) {
      const tone = toneOf(state, 'healthy');
      expect([state, tone]).toEqual([state, expect.stringMatching(/^(good|idle|work|warn|bad|off)$/)]);
      if (tone === 'good') expect(is(state, 'up') && !is(state, 'unwell')).toBe(true);
    }
    expect(toneOf('live', 'degraded')).toBe('bad');
  });

  test('trouble comes first; the rest stays in the event’s order', () => {
    const one = (language: string, said: LiveMixer) =>
      judge(language, { state: 'live', component: well, mixer: { ...said, language }, now: NOW });
    const rows = troubleFirst([
      one('a', mixer()),
      one('b', mixer({ at: ago(99) })),
      one('c', mixer({ streaming: false, desired: { streaming: false } })),
      one('d', mixer({ streaming: false })),
    ]);
    expect(rows.map(({ language }) => language)).toEqual(['d', 'b', 'a', 'c']);
  });
});

test('the past is what the journal tells: state, health and steps at a second', () => {
  const at = (second: number): string => new Date(NOW + second * 1000).toISOString();
  const nodes = [
    { id: 'vnet', kind: 'x', state: 'done' as const, startedAt: at(10), finishedAt: at(20), detail: '' },
    { id: 'mixer-french', kind: 'x', state: 'failed' as const, startedAt: at(20), finishedAt: at(40), detail: '' },
  ];
  const lines = [
    { at: at(5), code: 'state', text: 'provisioning: preflight passed' },
    { at: at(50), code: 'state', text: 'live: every check passed' },
    { at: at(60), code: 'unhealthy', text: 'mixer-french: OBS is not running' },
    { at: at(61), code: 'remedy', text: 'mixer-french: restart' },
    { at: at(90), code: 'healthy', text: 'mixer-french' },
  ];
  const french: ComponentHealth = { component: 'mixer-french', language: 'french', ...well, alert: false };
  const seen = (second: number) => {
    const { state, nodes: steps, components } = past(nodes, lines, [french], NOW + second * 1000);
    const { health, reason, beingRemedied } = components[0] as ComponentHealth;
    return [state, ...steps.map((one) => one.state), health, reason, beingRemedied];
  };
  expect(seen(0)).toEqual(['preflight', 'waiting', 'waiting', 'unknown', null, false]);
  expect(seen(15)).toEqual(['provisioning', 'running', 'waiting', 'unknown', null, false]);
  expect(seen(30)).toEqual(['provisioning', 'done', 'running', 'unknown', null, false]);
  expect(seen(55)).toEqual(['live', 'done', 'failed', 'healthy', null, false]);
  expect(seen(70)).toEqual(['live', 'done', 'failed', 'unhealthy', 'OBS is not running', true]);
  expect(seen(100)).toEqual(['live', 'done', 'failed', 'healthy', null, false]);
});

describe('what serves every language', () => {
  const relay = { component: 'relay', language: null, alert: false, ...well };
  const heard = (more: Partial<LiveRelay>): LiveRelay => ({ component: 'relay', healthy: true, ...more });
  test.each([
    ['runs', relay, heard({ health: { input: { connected: true } } }), ['good', 'runs']],
    ['nobody sends', relay, heard({ health: { input: { connected: false } } }), ['warn', 'noInput']],
    ['does not answer, before the event has judged', relay, heard({ healthy: false }), ['warn', 'unanswering']],
    ['is unwell', { ...relay, health: 'unhealthy' as const }, heard({}), ['bad', 'unwell']],
    ['is helped', { ...relay, health: 'unhealthy' as const, beingRemedied: true }, heard({}), ['bad', 'helped']],
    ['is being made', { ...relay, health: 'unknown' as const }, undefined, ['work', 'making']],
  ])('%s', (_what, one, said, expected) => {
    const { tone, word } = judgeShared(one, said);
    expect([tone, word]).toEqual(expected);
  });
});

test('the journal of an event that is over tells which components were unwell, and why', () => {
  const lines = [
    { at: ago(100), code: 'state', text: 'live: every check passed' },
    { at: ago(90), code: 'unhealthy', text: 'relay: no answer' },
    { at: ago(80), code: 'remedy', text: 'relay: restart' },
    { at: ago(70), code: 'healthy', text: 'relay' },
  ];
  const at = (seconds: number) => past([], lines, toldOf(lines), NOW - seconds * 1000).components;
  expect(toldOf(lines).map(({ component }) => component)).toEqual(['relay']);
  expect(at(85)).toMatchObject([{ health: 'unhealthy', reason: 'no answer', since: ago(90) }]);
  expect(at(75)).toMatchObject([{ beingRemedied: true }]);
  expect(at(60)).toMatchObject([{ health: 'healthy', reason: null }]);
});
