import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHostJson } from '../../../local/host/host-json.ts';
import { filtered } from '../../../local/host/log.ts';
import { applySettings, isDisabled, readLocalSettings, resolveReferences } from '../../../local/host/settings.ts';
import { formatTimeSpan, parseTimeSpan } from '../../../local/host/timespan.ts';

function folder(files: Record<string, unknown>): string {
  const dir = mkdtempSync(join(tmpdir(), 'app-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  return dir;
}

describe('host.json', () => {
  test('defaults', () => {
    expect(readHostJson(folder({ 'host.json': { version: '2.0' } }), {})).toEqual({
      routePrefix: 'api',
      functionTimeout: 30 * 60_000,
      logLevels: {},
      durableTask: {},
    });
  });
  test('what is written, and the environment over it', () => {
    const dir = folder({
      'host.json': {
        version: '2.0',
        functionTimeout: '-1',
        extensions: { http: { routePrefix: '' }, durableTask: { hubName: 'Hub' } },
        logging: { logLevel: { default: 'Warning' } },
      },
    });
    expect(
      readHostJson(dir, {
        AzureFunctionsJobHost__extensions__DurableTask__hubName: 'Other',
        AzureFunctionsJobHost__logging__logLevel__default: 'Error',
      }),
    ).toEqual({
      routePrefix: '',
      functionTimeout: undefined,
      logLevels: { default: 'Error' },
      durableTask: { hubName: 'Other' },
    });
  });
  test.each([
    [{}, /host\.json does not exist/],
    [{ 'host.json': '{' }, /Cannot read .*host\.json/],
    [{ 'host.json': {} }, /"version" must be "2\.0"/],
    [
      { 'host.json': { version: '2.0', functionTimeout: 'soon' } },
      /functionTimeout must be a positive TimeSpan.*"soon"/,
    ],
  ])('%j is one clear error', (files, message) => {
    expect(() => readHostJson(folder(files), {})).toThrow(message);
  });
});

describe('settings', () => {
  test('local.settings.json', () => {
    expect(readLocalSettings(folder({}))).toEqual({ values: {}, host: {} });
    expect(readLocalSettings(folder({ 'local.settings.json': { Values: { A: 1 }, Host: { Auth: true } } }))).toEqual({
      values: { A: '1' },
      host: { Auth: true },
    });
    expect(() => readLocalSettings(folder({ 'local.settings.json': { IsEncrypted: true } }))).toThrow(
      /it is encrypted/,
    );
    expect(() => readLocalSettings(folder({ 'local.settings.json': 'x' }))).toThrow(/Cannot read/);
  });
  test('the environment wins over the file, a later host over an earlier one, the caller over all', () => {
    process.env.TEST_REAL = 'environment';
    applySettings({ TEST_REAL: 'file', TEST_FILE: 'first' }, {});
    applySettings({ TEST_REAL: 'file', TEST_FILE: 'second' }, {});
    expect([process.env.TEST_REAL, process.env.TEST_FILE]).toEqual(['environment', 'second']);
    applySettings({}, { TEST_REAL: 'given' });
    expect(process.env.TEST_REAL).toBe('given');
  });
  test('%NAME% and Disabled', () => {
    process.env.TEST_NAME = 'v';
    expect(resolveReferences('a%TEST_NAME%b')).toBe('avb');
    expect(() => resolveReferences('%TEST_GONE%')).toThrow("'%TEST_GONE%' does not resolve to a value.");
    process.env['AzureWebJobs.f.Disabled'] = '1';
    process.env.AzureWebJobs_g_Disabled = 'True';
    expect(['f', 'g', 'h'].map(isDisabled)).toEqual([true, true, false]);
  });
});

test('log levels: the longest category that fits decides, as a beginning or around one *', () => {
  const seen: string[] = [];
  const log = filtered(
    {
      default: 'Warning',
      Function: 'Information',
      'Function.noisy': 'None',
      'Function.*.User': 'Debug',
      'Host.Triggers': '1',
    },
    (level, category) => seen.push(`${level} ${category}`),
  );
  log('information', 'Host.Startup', '');
  log('warning', 'Host.Startup', '');
  log('debug', 'Function.a.User', '');
  log('debug', 'Function.a', '');
  log('error', 'Function.noisy', '');
  log('information', 'Function.noisyToo', '');
  log('debug', 'Host.Triggers.DurableTask', '');
  expect(seen).toEqual(['warning Host.Startup', 'debug Function.a.User', 'debug Host.Triggers.DurableTask']);
});

test('TimeSpan texts', () => {
  expect(['00:00:10', '1.12:00:00', '00:00:00.5', '24:00:00', 'x', '0 * * * * *'].map(parseTimeSpan)).toEqual([
    10_000,
    129_600_000,
    500,
    undefined,
    undefined,
    undefined,
  ]);
  expect([10_000, 129_600_000, 1500].map(formatTimeSpan)).toEqual(['00:00:10', '1.12:00:00', '00:00:01.5000000']);
});
