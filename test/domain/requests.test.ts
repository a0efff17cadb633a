import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { extendSchema, languagesSchema } from '../../domain/request/commands.ts';
import { deploySchema, parseDeployRequest, requestHash } from '../../domain/request/deploy.ts';
import { formatDuration, parseDuration } from '../../domain/request/durations.ts';
import { slugifyEvent } from '../../domain/request/event-name.ts';
import { defaults, languages, requestOf } from './fixtures.ts';

const problemsOf = (body: unknown) => {
  const result = parseDeployRequest(body, defaults);
  return result.ok ? [] : result.problems.map(({ path }) => path).sort();
};

describe('durations', () => {
  it.each([
    ['90m', 5400],
    ['24h', 86_400],
    ['7d', 604_800],
    ['1h30m', 5400],
    ['PT90M', 5400],
    ['P1DT2H', 93_600],
    ['P1W', 604_800],
    ['1.5h', 5400],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  });
  it.each(['', '90', 'm', 'P', 'PT', 'P1Y', '-5m', '5 minutes', '90m '.repeat(2)])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('event names', () => {
  it.each([
    ['demo', 'demo', undefined],
    ['Conference-2025', 'conference-2025', 'Conference-2025'],
    ['Été à Lyon', 'ete-a-lyon', 'Été à Lyon'],
    ['sunday_service', 'sunday-service', 'sunday_service'],
  ])('%s becomes %s', (text, event, title) => {
    expect(slugifyEvent(text)).toEqual({ ok: true, event, ...(title ? { title } : {}) });
  });
  it.each(['C++ Day', '2025-conf', 'ab', '', 'a'.repeat(21), 'ends-'])('%j is refused', (text) => {
    expect(slugifyEvent(text).ok).toBe(false);
  });
});

describe('deploy requests', () => {
  it('resolves every default', () => {
    expect(requestOf({ event: 'Sunday Service' })).toEqual({
      event: 'sunday-service',
      title: 'Sunday Service',
      environment: 'production',
      template: 'multilingual',
      languages: ['original', 'spanish', 'french'],
      regions: ['westeurope'],
      vmSizes: ['Standard_D2s_v3'],
      spot: false,
      ttlSeconds: 86_400,
      operatorCidrs: [],
      exposure: 'public',
      keepOnFailure: false,
      parameters: { srtLatencyMs: 200, videoProfile: '720p30' },
      keysGiven: false,
    });
  });

  it('reports every problem with its path at once', () => {
    const body = {
      event: 'C++',
      unknown: 1,
      languages: ['fr', 'fr', 'X'],
      ttl: '5m',
      region: 'atlantis',
      regions: ['westeurope', 'nowhere'],
      exposure: 'private',
      operatorCidrs: ['0.0.0.0/0', '10.0.0.300'],
      startsAt: '2020-01-01T00:00:00Z',
      budget: { amount: -1, currency: 'EUR' },
      parameters: { srtLatencyMs: 1.5, videoProfile: '4k', colour: 'red' },
      planHash: 'abc',
    };
    expect(problemsOf(body)).toEqual(
      [
        'budget.amount',
        'budget.currency',
        'event',
        'exposure',
        'languages[1]',
        'languages[2]',
        'operatorCidrs[0]',
        'operatorCidrs[1]',
        'parameters.colour',
        'parameters.srtLatencyMs',
        'parameters.videoProfile',
        'planHash',
        'region',
        'regions[1]',
        'startsAt',
        'ttl',
        'unknown',
      ].sort(),
    );
  });

  it.each([[null], ['text'], [[1]], [7]])('refuses %j as body', (body) => {
    expect(problemsOf(body)).toContain('');
  });

  it('takes keys as object or list and keeps them out of the request', () => {
    for (const youtubeKeys of [['k-1', 'k-2'], { fr: 'k-2', en: 'k-1' }]) {
      const result = parseDeployRequest({ event: 'demo', languages: ['en', 'fr'], youtubeKeys }, defaults);
      if (!result.ok) throw new Error(JSON.stringify(result.problems));
      expect(result.keys).toEqual({ en: 'k-1', fr: 'k-2' });
      expect(JSON.stringify(result.request)).not.toContain('k-1');
      expect(result.request.keysGiven).toBe(true);
    }
  });

  it('never repeats a key, wherever it was put', () => {
    const secret = 'abcd-SECRET-efgh';
    for (const youtubeKeys of [{ [secret]: 'fr' }, { en: secret }, [secret], { en: `${secret} with space` }, secret]) {
      const result = parseDeployRequest({ event: 'demo', languages: ['en', 'fr'], youtubeKeys }, defaults);
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain('SECRET');
    }
  });

  it('does not ask for the keys of languages that could not be read', () => {
    expect(problemsOf({ event: 'demo', languages: ['EN'], youtubeKeys: { EN: 'k' } })).toEqual(['languages[0]']);
  });

  it('accepts 50 languages and refuses 51', () => {
    expect(requestOf({ languages: languages(50) }).languages).toHaveLength(50);
    expect(problemsOf({ event: 'demo', languages: languages(51) })).toEqual(['languages']);
    expect(problemsOf({ event: 'demo', languages: [] })).toEqual(['languages']);
  });

  it('puts region before regions, once', () => {
    const regions = requestOf({ region: 'northeurope', regions: ['westeurope', 'northeurope'] }).regions;
    expect(regions).toEqual(['northeurope', 'westeurope']);
  });

  it('hashes what was asked, not how it was spelled', () => {
    expect(requestHash(requestOf({ ttl: '90m' }))).toBe(requestHash(requestOf({ ttl: 'PT1H30M' })));
    expect(requestHash(requestOf({ ttl: '90m' }))).not.toBe(requestHash(requestOf({ ttl: '91m' })));
  });

  it('gives OpenAPI its schema, with a description for each field', () => {
    const schema = z.toJSONSchema(deploySchema, { io: 'input' });
    expect(schema.additionalProperties).toBe(false);
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      expect((property as { description?: string }).description, name).toBeTruthy();
  });
});

describe('commands', () => {
  it('extend needs exactly one of ttl and until', () => {
    expect(extendSchema.safeParse({ ttl: '2h' }).data).toEqual({ ttl: 7200 });
    for (const body of [{}, { ttl: '2h', until: '2026-12-01T00:00:00Z' }, { ttl: '8d' }, { ttl: '1m' }, { until: 'x' }])
      expect(extendSchema.safeParse(body).success).toBe(false);
  });
  it('languages needs something to do, and names nothing twice', () => {
    expect(languagesSchema.safeParse({ add: ['de'] }).success).toBe(true);
    for (const body of [{}, { add: [] }, { add: ['de'], remove: ['de'] }, { add: ['de', 'de'] }, { add: ['DE'] }])
      expect(languagesSchema.safeParse(body).success).toBe(false);
  });
});
