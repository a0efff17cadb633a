import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outbound } from '../../../../local/azure/core/outside.ts';
import { relay } from '../container-instance/groups.ts';
import { START, type World, world } from '../world.ts';

let w: World;
let sent: { at: number; url: string; body: { data: { essentials: Record<string, unknown>; alertContext: unknown } } }[];
let status: number;
beforeEach(async () => {
  sent = [];
  status = 202;
  const send = async (request: Outbound) => {
    sent.push({ at: w.clock.now(), url: request.url, body: JSON.parse(request.body ?? '{}') });
    return { status, headers: {}, body: '' };
  };
  w = await world({ controlPlane: { url: 'http://127.0.0.1:7071', alertSecret: 'canary-secret', send } });
  await w.group();
  await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', relay()));
});
afterEach(() => w.close());
const fire = (body: object) => w.raw('POST', '/_sim/alerts', body);
const essentials = (index: number) => sent[index]?.body.data.essentials;

test('the resource fails and the common alert schema arrives at the door, with its secret', async () => {
  expect(await fire({ resource: 'relay', fault: 'unhealthy', rule: 'relay-down', severity: 1 })).toMatchObject({
    status: 202,
  });
  await w.pass(1);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.url).toBe('http://127.0.0.1:7071/api/alerts?code=canary-secret');
  expect(sent[0]?.body).toMatchObject({
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        alertRule: 'relay-down',
        severity: 'Sev1',
        signalType: 'Metric',
        monitorCondition: 'Fired',
        monitoringService: 'Platform',
        alertTargetIDs: [expect.stringMatching(/\/providers\/microsoft.containerinstance\/containergroups\/relay$/)],
        essentialsVersion: '1.0',
      },
      alertContext: {
        conditionType: 'SingleResourceMultipleMetricCriteria',
        condition: { allOf: [{ threshold: '1', metricValue: 0 }] },
      },
    },
  });
  const host = 'demo-relay.westeurope.azurecontainer.io:8080';
  const health = await w.run(
    w.simulator.handle({ method: 'GET', url: new URL(`https://${host}/health`), headers: {} }),
  );
  expect(health).toMatchObject({ status: 503, body: { source: 'slate' } });
  expect(JSON.stringify(w.simulator.snapshot())).not.toContain('canary-secret');
});

test('twice, late, and resolved by the same alert', async () => {
  await fire({
    resource: 'relay',
    fault: 'none',
    signal: 'resource-health',
    duplicates: 1,
    delaySeconds: 90,
    resolveAfterSeconds: 300,
  });
  await w.pass(600);
  expect(sent.map((one) => one.at - START).map((ms) => Math.round(ms / 1000))).toHaveLength(3);
  expect((sent[0]?.at ?? 0) - (sent[1]?.at ?? 0)).toBe(0);
  expect((sent[2]?.at ?? 0) - (sent[0]?.at ?? 0)).toBe(210_000);
  expect(essentials(1)).toEqual(essentials(0));
  expect(essentials(2)).toMatchObject({
    alertId: essentials(0)?.alertId,
    monitorCondition: 'Resolved',
    resolvedDateTime: expect.any(String),
  });
  expect(sent[2]?.body.data.alertContext).toMatchObject({
    status: 'Resolved',
    properties: { currentHealthStatus: 'Available' },
  });
});

test('a door that is busy is tried again after 5, 20, 5, 40 and 5 seconds, then no more; a refusal is final', async () => {
  status = 503;
  await fire({ resource: 'relay', fault: 'none' });
  await w.pass(600);
  const times = sent.map((one) => one.at);
  expect(times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1000)).toEqual([5, 20, 5, 40, 5]);
  sent = [];
  status = 401;
  await fire({ resource: 'relay', fault: 'none' });
  await w.pass(600);
  expect(sent).toHaveLength(1);
});

test.each([
  ['nobody by that name', { resource: 'nobody' }, 404, 'ResourceNotFound'],
  ['an unknown fault', { resource: 'relay', fault: 'gremlins' }, 400, 'InvalidRequestContent'],
  ['an unknown member', { resource: 'relay', colour: 'red' }, 400, 'InvalidRequestContent'],
])('refused: %s', async (_, body, expected, code) => {
  expect(await fire(body)).toMatchObject({ status: expected, body: { error: { code } } });
});
