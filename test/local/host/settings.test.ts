import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHostJson } from '../../../local/host/host-json.ts';
import { filtered } from '../../../local/host/log.ts';
import { applySettings, isDisabled, readLocalSettings, resolveReferences } from '../../../local/host/settings.ts';
import { describeTracing } from '../../../local/host/startup-log.ts';
import { formatTimeSpan, parseTimeSpan } from '../../../local/timespan.ts';

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

describe('what the durable extension says of tracing at every start', () => {
  const said = (tracing: object | undefined, environment: Record<string, string> = {}) => {
    const lines: string[] = [];
    const log = (level: string, _: string, message: string) => lines.push(`${level} ${message}`);
    describeTracing({ tracing }, environment, log);
    return lines;
  };

  test('nothing, as this app is configured', () => {
    const { durableTask } = readHostJson(join(import.meta.dirname, '../../..'), {});
    expect(said(durableTask.tracing as object)).toEqual([]);
  });

  test.each([
    [undefined, [/^warning .*V2 is GA now/]],
    [{ distributedTracingEnabled: false, version: 'None' }, [/V2 is GA now/]],
    [{ DistributedTracingEnabled: true, Version: 'V1' }, [/V2 is GA now/, /were not defined/]],
    [{ distributedTracingEnabled: 'true', version: 'V2' }, [/were not defined/]],
  ])('%j', (tracing, expected) => {
    const lines = said(tracing);
    expect(lines).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  test('with V2, one name of where the traces go is enough and two are too many', () => {
    const v2 = { distributedTracingEnabled: true, version: 'V2' };
    expect(said(v2, { APPLICATIONINSIGHTS_CONNECTION_STRING: 'x' })).toEqual([]);
    const both = { APPLICATIONINSIGHTS_CONNECTION_STRING: 'x', APPINSIGHTS_INSTRUMENTATIONKEY: 'x' };
    expect(said(v2, both)).toEqual([expect.stringMatching(/^warning Both /)]);
  });
});

test('a level that there is none of stops the start, in the real host’s words', () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-json-'));
  const file = (level: unknown) =>
    writeFileSync(
      join(folder, 'host.json'),
      JSON.stringify({ version: '2.0', logging: { logLevel: { Function: level } } }),
    );
  file('Warnings');
  expect(() => readHostJson(folder, {})).toThrow(
    "Configuration value 'Warnings' for category 'Function' is not supported.",
  );
  file('');
  expect(readHostJson(folder, {}).logLevels).toEqual({});
});
