/** A trace per deployment, with a span per node and per request to Azure, received by a collector on this machine. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rootOf, traceOf } from '../../telemetry/span.ts';
import { disguises } from '../support/disguises.ts';
import { type ReceivedSpan, Receiver } from '../telemetry/receiver.ts';
import { World } from './world.ts';

let receiver: Receiver;
let world: World | undefined;
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  await world?.stop();
  world = undefined;
  await receiver.stop();
});

const named = (name: string): ReceivedSpan[] => receiver.spans.filter((span) => span.name === name);
const seconds = ({ startTimeUnixNano, endTimeUnixNano }: ReceivedSpan): number =>
  Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9;
const points = (name: string) => receiver.metrics.get(name)?.points ?? [];
const ids = (spans: readonly ReceivedSpan[]): string[] => [...new Set(spans.map(({ spanId }) => spanId))];

interface Deployed {
  deploymentId: string;
}
const VM = 'Microsoft.Compute/virtualMachines';
/** A slash, a plus and a quote, so that every encoding differs from the plain text. */
const KEYS = { original: 'canary/key+of"original', french: 'canary/key+of"french' };

test('a deployment that is throttled, loses a size, degrades and is well again is one trace, without a secret', async () => {
  world = await World.create({
    seed: 'trace',
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=canary/of+collector',
    },
    faults: [
      { match: { type: VM, operation: 'create' }, nth: 1, outcome: { kind: 'throttle', seconds: 5 } },
      {
        match: { type: VM, name: 'mixer-french*', operation: 'create' },
        nth: 1,
        outcome: { kind: 'error', status: 409, code: 'SkuNotAvailable' },
      },
    ],
  });
  const request = {
    event: 'traced',
    languages: ['original', 'french'],
    vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v3'],
    youtubeKeys: KEYS,
  };
  const { deploymentId } = (await world.call<Deployed>('POST', '/api/deploy', request)).body;
  await world.until('traced', ['live']);
  const credentials = await world.call<{ mixers: { password: string }[]; srtUrl: string }>(
    'GET',
    '/api/events/traced/credentials',
  );
  await world.sim('PUT', '/_sim/faults', [
    { match: { type: VM, name: 'mixer-original*' }, times: 1, outcome: { kind: 'silent' } },
  ]);
  await world.until('traced', ['degraded', 'remediating'], 3600, 2);
  await world.until('traced', ['live'], 2 * 3600);
  await world.call('POST', '/api/teardown', { event: 'traced', confirm: true });
  await world.until('traced', ['gone']);
  await receiver.until(() => named('deployment').length > 0 && named('state tearing-down').length > 0);

  const { spans } = receiver;
  expect([...new Set(spans.map(({ traceId }) => traceId))]).toEqual([traceOf(deploymentId)]);
  const twice = spans.filter(({ spanId }, index) => spans.findIndex((one) => one.spanId === spanId) !== index);
  expect(twice).toEqual([]);
  const [whole] = named('deployment');
  expect(whole).toMatchObject({ spanId: rootOf(deploymentId), attributes: { 'stream_control.outcome': 'gone' } });
  expect(whole?.parentSpanId || undefined).toBeUndefined();

  // Every other span has its place: below the whole, or below a node or removal that was told as well.
  const known = new Set(spans.map(({ spanId }) => spanId));
  expect(
    spans.filter(({ spanId, parentSpanId }) => spanId !== whole?.spanId && !known.has(parentSpanId ?? '')),
  ).toEqual([]);
  for (const node of ['preflight', 'relay', 'mixer-original', 'mixer-french', 'check-relay'])
    expect([node, named(`node ${node}`).length > 0]).toEqual([node, true]);
  const puts = named(`PUT ${VM}`);
  const machines = ids([...named('node mixer-original'), ...named('node mixer-french')]);
  expect(puts.length).toBeGreaterThan(2);
  for (const put of puts) expect(machines).toContain(put.parentSpanId);

  const [mixer] = named('node mixer-original');
  expect(mixer && seconds(mixer)).toBeGreaterThan(30);
  for (const state of ['preflight', 'provisioning', 'live', 'tearing-down'])
    expect([state, named(`state ${state}`).length > 0]).toEqual([state, true]);
  expect(named('removal')).toHaveLength(1);

  expect(points('stream_control.deployment.ready_time')).toMatchObject([
    { count: 1, attributes: { 'stream_control.template': 'multilingual' } },
  ]);
  expect(points('stream_control.failures')).toContainEqual(
    expect.objectContaining({
      attributes: { 'error.type': 'capacity', 'stream_control.failure.code': 'SkuNotAvailable' },
    }),
  );
  expect(points('stream_control.azure.throttles')).toEqual([
    { value: 1, count: 0, attributes: { 'azure.resource_provider.namespace': 'Microsoft.Compute' } },
  ]);
  const [repair] = named('repair');
  expect(points('stream_control.repair_time')).toMatchObject([{ count: 1, value: repair && seconds(repair) }]);
  expect(receiver.metrics.get('stream_control.repair_time')?.unit).toBe('s');

  const told = receiver.texts.join('\n');
  expect(receiver.headers[0]).toMatchObject({ 'x-api-key': 'canary/of+collector' });
  const passphrase = new URL(credentials.body.srtUrl).searchParams.get('passphrase') ?? '';
  const passwords = credentials.body.mixers.map(({ password }) => password);
  const secrets = [...Object.values(KEYS), ...passwords, passphrase, 'canary/of+collector'];
  expect(secrets.every((secret) => secret.length > 10)).toBe(true);
  for (const secret of secrets) for (const form of disguises(secret)) expect(told.includes(form), form).toBe(false);
});
