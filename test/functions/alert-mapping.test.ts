import { expect, test } from 'vitest';
import { alertSchema, mapAlert } from '../../functions/alert-mapping.ts';

const GROUP = '/subscriptions/s/resourcegroups/streaming-sunday-2-1795229121/providers/';
const alert = (target: string, essentials: object = {}, alertContext?: unknown) =>
  mapAlert(
    alertSchema.parse({
      schemaId: 'azureMonitorCommonAlertSchema',
      data: {
        essentials: {
          alertId: '/subscriptions/s/alerts/1',
          originAlertId: 'origin-1',
          alertRule: 'cpu',
          severity: 'Sev1',
          monitorCondition: 'Fired',
          alertTargetIDs: [target],
          ...essentials,
        },
        alertContext,
      },
    }),
  );

test.each([
  ['microsoft.containerinstance/containergroups/relay-sunday-2-westeurope', 'relay'],
  ['microsoft.containerinstance/containergroups/slides-sunday-2-westeurope', 'slides'],
  ['microsoft.compute/virtualmachines/mixer-french-sunday-2', 'mixer-french'],
  ['microsoft.compute/virtualmachines/mixer-pt-br-sunday-2', 'mixer-pt-br'],
  ['microsoft.compute/virtualmachines/mixer-french-sunday-2-3', 'mixer-french'],
  ['Microsoft.Compute/virtualMachines/mixer-french-sunday-2', 'mixer-french'],
])('%s is %s', (resource, component) => {
  expect(alert(GROUP + resource)).toEqual({
    event: 'sunday-2',
    component,
    resourceGroup: 'streaming-sunday-2-1795229121',
    alertId: 'origin-1',
    fired: true,
    title: 'cpu',
  });
});

test.each([
  [
    'another resource group',
    '/subscriptions/s/resourcegroups/web/providers/microsoft.compute/virtualmachines/mixer-a-b',
    {},
  ],
  ['another type', `${GROUP}microsoft.network/publicipaddresses/pip-french-sunday-2`, {}],
  ['a stranger’s machine in our group', `${GROUP}microsoft.compute/virtualmachines/jumpbox`, {}],
  ['a budget, whose fields are null', GROUP, { alertTargetIDs: null, monitorCondition: null, severity: null }],
])('ignores %s', (_what, target, essentials) => {
  expect(alert(target, essentials)).toHaveProperty('ignored');
});

test('ignores what we did ourselves, and says resolved', () => {
  const target = `${GROUP}microsoft.compute/virtualmachines/mixer-french-sunday-2`;
  expect(alert(target, {}, { properties: { cause: 'UserInitiated' } })).toHaveProperty('ignored');
  expect(alert(target, {}, { properties: { cause: 'PlatformInitiated' } })).toMatchObject({ fired: true });
  expect(alert(target, { monitorCondition: 'Resolved' })).toMatchObject({ fired: false });
});
