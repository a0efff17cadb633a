import { expect, test } from 'vitest';
import { alertSchema, mapAlert } from '../../functions/alert-mapping.ts';

const GROUP = '/subscriptions/s/resourcegroups/streaming-sunday-2-1795229121/providers/';
const MIXER = `${GROUP}microsoft.compute/virtualmachines/mixer-french-sunday-2`;
const FIRED = '2026-11-21T09:00:00.0000000Z';
const AT = '2026-11-21T09:00:00.000Z';
const metric = (over: object = {}) => ({
  condition: {
    windowEndTime: '2026-11-21T08:59:00Z',
    allOf: [{ metricName: 'VmAvailabilityMetric', operator: 'LessThan', threshold: '1', metricValue: 0, ...over }],
  },
});
const health = (properties: object, over: object = {}) => ({
  ...{ eventSource: 'ResourceHealth', status: 'Active', eventTimestamp: '2026-11-21T08:58:00Z', ...over },
  properties: {
    currentHealthStatus: 'Unavailable',
    previousHealthStatus: 'Available',
    cause: 'PlatformInitiated',
    ...properties,
  },
});
const activity = (over: object = {}) => ({
  ...{ eventSource: 'Administrative', operationName: 'Microsoft.Compute/virtualMachines/restart/action' },
  ...{ caller: 'platform', status: 'Failed', eventTimestamp: '2026-11-21T08:58:00Z', ...over },
});
const alert = (target: unknown, essentials: object = {}, alertContext: unknown = metric()) => {
  const body = alertSchema.safeParse({
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        ...{ alertId: '/subscriptions/s/alerts/1', originAlertId: 'origin-1', alertRule: 'cpu', severity: 'Sev1' },
        ...{ monitorCondition: 'Fired', monitoringService: 'Platform', firedDateTime: FIRED },
        alertTargetIDs: [target],
        ...essentials,
      },
      alertContext,
    },
  });
  return body.success ? mapAlert(body.data) : { ignored: 'no alert' };
};
const RH = { monitoringService: 'Resource Health' };
const LOG = { monitoringService: 'Activity Log - Administrative' };

test.each([
  ['microsoft.containerinstance/containergroups/relay-sunday-2-westeurope', 'relay'],
  ['microsoft.containerinstance/containergroups/slides-sunday-2-westeurope', 'slides'],
  ['microsoft.compute/virtualmachines/mixer-french-sunday-2', 'mixer-french'],
  ['microsoft.compute/virtualmachines/mixer-pt-br-sunday-2', 'mixer-pt-br'],
  ['microsoft.compute/virtualmachines/mixer-french-sunday-2-3', 'mixer-french'],
  ['Microsoft.Compute/virtualMachines/mixer-french-sunday-2', 'mixer-french'],
])('%s is %s', (resource, component) => {
  expect(alert(GROUP + resource)).toEqual({
    targets: [
      {
        ...{ event: 'sunday-2', component, subscription: 's', resourceGroup: 'streaming-sunday-2-1795229121' },
        resource: resource.split('/').at(-1)?.toLowerCase(),
      },
    ],
    alertId: '/subscriptions/s/alerts/1',
    fired: true,
    at: AT,
    title: 'cpu',
  });
});

test.each([
  [
    'another resource group',
    '/subscriptions/s/resourcegroups/web/providers/microsoft.compute/virtualmachines/mixer-a-b',
  ],
  ['another type', `${GROUP}microsoft.network/publicipaddresses/pip-french-sunday-2`],
  ['a stranger’s machine in our group', `${GROUP}microsoft.compute/virtualmachines/jumpbox`],
  ['a target that is no text', 7],
  ['a budget, whose fields are null', GROUP, { alertTargetIDs: null, monitorCondition: null, severity: null }],
  ['targets that are no list', MIXER, { alertTargetIDs: 'x' }],
  ['no id', MIXER, { alertId: null }],
  ['no context', MIXER, {}, null],
  ['a context that is a text', MIXER, {}, 'broken'],
  ['a metric without criteria', MIXER, {}, { condition: {} }],
  [
    'much load',
    MIXER,
    {},
    metric({ metricName: 'Percentage CPU', operator: 'GreaterThan', threshold: '90', metricValue: 97 }),
  ],
  ['a machine that is available', MIXER, {}, metric({ operator: 'GreaterThanOrEqual', metricValue: 1 })],
  ['a value that does not meet its criterion', MIXER, {}, metric({ metricValue: 1 })],
  ['health that is unknown', MIXER, RH, health({ currentHealthStatus: 'Unknown' })],
  ['health that is degraded', MIXER, RH, health({ currentHealthStatus: 'Degraded' })],
  ['health that is not told', MIXER, RH, health({ currentHealthStatus: null })],
  ['what was asked for', MIXER, RH, health({ cause: 'UserInitiated' })],
  ['an operation of ours', MIXER, LOG, activity({ caller: '5f0c4a2e-0000-4000-8000-000000000001' })],
  ['an operation of a person', MIXER, LOG, activity({ caller: 'ann@example.org' })],
  ['an operation that succeeded', MIXER, LOG, activity({ status: 'Succeeded' })],
  ['an operation that began', MIXER, LOG, activity({ status: 'Started' })],
  [
    'trouble of a service',
    MIXER,
    { monitoringService: 'ServiceHealth' },
    { channels: 1, eventSource: 2, status: 'Active' },
  ],
  ['costs', MIXER, { monitoringService: 'CostAlerts' }, { AlertCategory: 'Budgets' }],
])('ignores %s', (_what, target, essentials = {}, context: unknown = metric()) => {
  expect(alert(target, essentials, context)).toHaveProperty('ignored');
});

test.each([
  ['a machine that is down', {}, metric(), { fired: true, at: AT }],
  ['the same without its value', {}, metric({ metricValue: null }), { fired: true }],
  ['health that is gone', RH, health({}), { fired: true, series: 'resource-health', at: '2026-11-21T08:58:00.000Z' }],
  [
    'a query',
    { monitoringService: 'Log Alerts V2' },
    { condition: { allOf: [{ operator: 'GreaterThan' }] } },
    { fired: true },
  ],
  ['an operation of Azure that failed', LOG, activity(), { fired: true, at: '2026-11-21T08:58:00.000Z' }],
  [
    'health that fires as available',
    RH,
    health({ currentHealthStatus: 'Available' }),
    { fired: false, series: 'resource-health' },
  ],
  [
    'health that resolves',
    { ...RH, monitorCondition: 'Resolved' },
    health({}, { status: 'Resolved' }),
    { fired: false },
  ],
  [
    'the end of an alert',
    { monitorCondition: 'Resolved', resolvedDateTime: FIRED },
    metric(),
    { fired: false, at: AT },
  ],
  ['a garbled time', { firedDateTime: 'yesterday' }, metric(), { fired: true, at: '2026-11-21T08:59:00.000Z' }],
])('%s is said as it is meant', (_what, essentials, context, meant) => {
  expect(alert(MIXER, essentials, context)).toMatchObject(meant);
});

test('every target counts, once', () => {
  const other = `${GROUP}microsoft.compute/virtualmachines/mixer-german-sunday-2`;
  expect(alert(MIXER, { alertTargetIDs: [MIXER, other, MIXER.toUpperCase(), 'x'] })).toMatchObject({
    targets: [{ component: 'mixer-french' }, { component: 'mixer-german' }],
  });
});
