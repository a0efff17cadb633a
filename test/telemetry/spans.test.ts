import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { telemetrySettings } from '../../azure/telemetry-settings.ts';
import { callSpan, templateOf } from '../../telemetry/calls.ts';
import { staysOf, unwellSince } from '../../telemetry/course.ts';
import { spanEnvelope, timeSpan } from '../../telemetry/envelopes.ts';
import { METRICS } from '../../telemetry/metrics.ts';
import { nodeSpan, rootOf, traceOf } from '../../telemetry/span.ts';
import { stepSpan } from '../../telemetry/steps.ts';

const DEPLOYMENT = 'congress-mwq4b280-o9srnulc';
const AT = Date.parse('2026-11-21T08:00:00Z');

describe('ids', () => {
  test('are those of W3C trace context, the same wherever they are derived', () => {
    expect(traceOf(DEPLOYMENT)).toMatch(/^[0-9a-f]{32}$/);
    expect(traceOf(DEPLOYMENT)).toBe(traceOf(DEPLOYMENT));
    expect(traceOf(DEPLOYMENT)).not.toBe(traceOf('congress-mwq4b280-o9srnuld'));
    const ids = [rootOf(DEPLOYMENT), nodeSpan(DEPLOYMENT, 'relay', 1), nodeSpan(DEPLOYMENT, 'relay', 2)];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('an address', () => {
  test.each([
    [
      'https://management.azure.com/subscriptions/0000-1/resourceGroups/streaming-x-1/providers/Microsoft.Compute/virtualMachines/mixer/start?api-version=1',
      '/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/{}/start',
    ],
    [
      'https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/operations/canary?t=canary&c=canary',
      '/subscriptions/{}/providers/Microsoft.Compute/locations/{}/operations/{}',
    ],
    ['https://management.azure.com/subscriptions/s/operationresults/canary', '/subscriptions/{}/operationresults/{}'],
    ['https://mixers.vault.azure.net/secrets/canary/0123456789abcdef', '/secrets/{}/{}'],
    ['https://westeurope.metrics.monitor.azure.com/subscriptions/s/metrics:getBatch', '/subscriptions/{}/{}'],
    ['https://management.azure.com//providers/canary-1/canary', '/providers/{}/canary'],
  ])('%s keeps Azure’s words alone', (url, template) => {
    expect(templateOf(new URL(url))).toBe(template);
  });

  test('gives a span neither its query nor a name', () => {
    const span = callSpan(
      { deploymentId: DEPLOYMENT, spanId: nodeSpan(DEPLOYMENT, 'relay', 1) },
      {
        method: 'GET',
        url: 'https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/w/operations/canary?t=canary',
        from: AT,
        to: AT + 30,
        status: 429,
      },
    );
    expect(JSON.stringify(span)).not.toContain('canary');
    expect(span).toMatchObject({ name: 'GET Microsoft.Compute/locations/operations', kind: 'client', error: '429' });
  });
});

describe('a step', () => {
  test('that failed says its class', () => {
    const failure = { class: 'capacity', code: 'SkuNotAvailable', message: 'none left' } as const;
    const message = {
      type: 'node',
      deploymentId: DEPLOYMENT,
      node: 'mixer-french',
      attempt: 2,
      outcome: 'failed',
      failure,
    } as const;
    expect(stepSpan(message, AT, AT + 1000)).toMatchObject({
      name: 'node mixer-french',
      parentId: rootOf(DEPLOYMENT),
      attributes: { 'error.type': 'capacity', 'stream_control.failure.code': 'SkuNotAvailable' },
      error: 'SkuNotAvailable: none left',
    });
  });
});

describe('the course of an event', () => {
  const entry = (seconds: number, text: string, code = 'state') => ({
    at: new Date(AT + seconds * 1000).toISOString(),
    code,
    text,
  });
  const stays = staysOf(AT, [
    entry(1, 'preflight: accepted'),
    entry(2, 'degraded: no state but a word of somebody', 'note'),
    entry(200, 'live: every check passed'),
    entry(300, 'degraded: relay'),
    entry(400, 'remediating: relay'),
    entry(450.9, 'live: every component is healthy'),
  ]);

  test('is read from its journal', () => {
    expect(stays.map(({ state }) => state)).toEqual([
      'scheduled',
      'preflight',
      'live',
      'degraded',
      'remediating',
      'live',
    ]);
    expect(stays.at(-1)?.from).toBe(AT + 450_000);
  });

  test('tells since when it had not been well; to become live is no repair', () => {
    expect(unwellSince(stays, 5)).toBe(AT + 300_000);
    expect(unwellSince(stays, 2)).toBeUndefined();
  });
});

describe('who is told', () => {
  const url = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  test.each<[Record<string, string>, ReturnType<typeof telemetrySettings>]>([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
    [url, { otlp: { traces: true, metrics: true } }],
    [{ ...url, OTEL_SDK_DISABLED: 'true' }, undefined],
    [{ ...url, OTEL_METRICS_EXPORTER: 'none' }, { otlp: { traces: true, metrics: false } }],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://x' }, { otlp: { traces: false, metrics: true } }],
    [
      { APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x' },
      { otlp: { traces: false, metrics: false }, applicationInsights: 'InstrumentationKey=x' },
    ],
  ])('%j', (environment, wanted) => {
    expect(telemetrySettings(environment, undefined)).toEqual(wanted);
  });
});

describe('Application Insights', () => {
  test.each([
    [0, '0.00:00:00.000'],
    [61_005, '0.00:01:01.005'],
    [90_061_500, '1.01:01:01.500'],
  ])('%d ms is %s', (ms, text) => {
    expect(timeSpan(ms)).toBe(text);
  });

  test('takes the deployment as a request, and what is below as what it depends on', () => {
    const told = { key: 'k', role: 'stream-control', instance: 'i' };
    const step = stepSpan(
      { type: 'node', deploymentId: DEPLOYMENT, node: 'relay', attempt: 1, outcome: 'done' },
      AT,
      AT + 30_000,
    );
    expect(spanEnvelope(told, step)).toMatchObject({
      name: 'Microsoft.ApplicationInsights.RemoteDependency',
      tags: { 'ai.operation.id': traceOf(DEPLOYMENT), 'ai.operation.parentId': rootOf(DEPLOYMENT) },
      data: {
        baseType: 'RemoteDependencyData',
        baseData: { id: step.spanId, duration: '0.00:00:30.000', success: true, type: 'InProc' },
      },
    });
    const whole = spanEnvelope(told, { ...step, kind: 'server', error: 'relay: it failed' });
    expect(whole.data).toMatchObject({ baseType: 'RequestData', baseData: { success: false } });
  });
});

test('the guide names every metric and no other', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/operate/telemetry.md'), 'utf8');
  const named = [...guide.matchAll(/^\| `(stream_control\.[a-z_.]+)` \|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(METRICS).sort());
});
