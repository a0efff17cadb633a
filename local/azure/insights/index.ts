/** Microsoft.Insights: alert rules and action groups as data, metrics, the activity log, and `/_sim/alerts`. */
import { ArmError } from '../core/errors.ts';
import { children } from '../core/json.ts';
import type { LroStyle, Provider, Put, ResourceType } from '../core/provider.ts';
import { activityRoutes } from './activity-log.ts';
import { DELIVER, deliver, fireAlerts } from './fire.ts';
import { ingestionHost } from './ingestion.ts';
import { INSTALLED } from './installed.ts';
import { metricRoutes, metricsHost } from './metrics.ts';

/** All of it is synchronous; the style serves injected slowness only. */
const lro: LroStyle<never> = {
  headers: ['azure-async'],
  path: (operation) =>
    `/subscriptions/${operation.subscription}/providers/Microsoft.Insights/operations/${operation.id}`,
  status: (operation) => ({ status: operation.status }),
};

const needs =
  (...members: string[]) =>
  ({ resource }: Put<never>) => {
    for (const member of members)
      if (resource.properties[member] === undefined)
        throw new ArmError(400, 'BadRequest', `The member 'properties.${member}' is required.`, {
          target: `properties.${member}`,
        });
    return { status: 200 };
  };

const rule = (type: string, apiVersions: string[], put: ResourceType<never>['put']): ResourceType<never> => ({
  type,
  apiVersions,
  deleteOrder: 5,
  ...(put ? { put } : {}),
  delete: () => ({ status: 200 }),
});

export const insights: Provider<
  | 'account'
  | 'time'
  | 'chance'
  | 'draws'
  | 'jobs'
  | 'store'
  | 'resources'
  | 'operations'
  | 'settings'
  | 'activity'
  | 'outside'
> = {
  namespace: 'Microsoft.Insights',
  lro,
  types: [
    // The SDK takes 200 only, also for a new rule.
    rule('metricAlerts', ['2018-03-01', '2024-03-01-preview'], (put) => {
      if (children(put.resource.properties, 'actions').length > 5)
        throw new ArmError(400, 'BadRequest', 'A metric alert takes at most five action groups.');
      return needs('severity', 'enabled', 'scopes', 'evaluationFrequency', 'windowSize', 'criteria')(put);
    }),
    rule(
      'activityLogAlerts',
      ['2017-04-01', '2020-10-01', '2023-01-01-preview'],
      needs('scopes', 'condition', 'actions'),
    ),
    rule(
      'actionGroups',
      ['2018-03-01', '2019-06-01', '2021-09-01', '2022-06-01', '2023-01-01', '2024-10-01-preview'],
      needs('groupShortName', 'enabled'),
    ),
    rule('scheduledQueryRules', ['2021-08-01', '2023-03-15-preview', '2023-12-01'], needs('criteria', 'scopes')),
    ...INSTALLED,
  ],
  routes: [...metricRoutes, ...activityRoutes],
  hosts: [metricsHost, ingestionHost],
  jobs: { [DELIVER]: deliver },
  alert: fireAlerts,
};
