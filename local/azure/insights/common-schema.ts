/**
 * The common alert schema of Azure Monitor, as action groups post it (Microsoft Learn, "Common alert schema" and its sample
 * payloads). Thresholds are strings, targets lower-case, and what a signal does not have is absent, as in the real ones.
 */
import { groupNameOf } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';

export type Signal = 'metric' | 'log' | 'activity-log' | 'resource-health';

export interface Alert {
  /** Same for the fired and the resolved message of one alert. */
  id: string;
  rule: string;
  severity: 0 | 1 | 2 | 3 | 4;
  signal: Signal;
  condition: 'Fired' | 'Resolved';
  /** ms since the epoch */
  firedAt: number;
  resolvedAt?: number;
  description: string;
}

const SERVICE: Readonly<Record<Signal, { signalType: string; monitoringService: string }>> = {
  metric: { signalType: 'Metric', monitoringService: 'Platform' },
  log: { signalType: 'Log', monitoringService: 'Log Alerts V2' },
  'activity-log': { signalType: 'Activity Log', monitoringService: 'Activity Log - Administrative' },
  'resource-health': { signalType: 'Activity Log', monitoringService: 'ResourceHealth' },
};

/** The metric a rule of this kind of resource watches, and the value that made it fire. */
const WATCHED: Readonly<
  Record<string, { metric: string; namespace: string; operator: string; threshold: string; value: number }>
> = {
  'microsoft.compute/virtualmachines': {
    metric: 'VmAvailabilityMetric',
    namespace: 'Microsoft.Compute/virtualMachines',
    operator: 'LessThan',
    threshold: '1',
    value: 0,
  },
  'microsoft.containerinstance/containergroups': {
    metric: 'CpuUsage',
    namespace: 'Microsoft.ContainerInstance/containerGroups',
    operator: 'LessThan',
    threshold: '1',
    value: 0,
  },
};
const OTHER = { metric: 'Availability', namespace: '', operator: 'LessThan', threshold: '1', value: 0 };

function metricContext(sim: Sim<'time'>, resource: Resource, alert: Alert): JsonObject {
  const watched = WATCHED[resource.type.toLowerCase()] ?? { ...OTHER, namespace: resource.type };
  return {
    properties: null,
    conditionType: 'SingleResourceMultipleMetricCriteria',
    condition: {
      windowSize: 'PT5M',
      allOf: [
        {
          metricName: watched.metric,
          metricNamespace: watched.namespace,
          operator: watched.operator,
          threshold: watched.threshold,
          timeAggregation: 'Average',
          dimensions: [],
          metricValue: alert.condition === 'Fired' ? watched.value : 1,
          webTestName: null,
        },
      ],
      windowStartTime: sim.time.iso(alert.firedAt - 300_000),
      windowEndTime: sim.time.iso(alert.firedAt),
    },
  };
}

function logContext(sim: Sim<'time'>, resource: Resource, alert: Alert): JsonObject {
  return {
    properties: {},
    conditionType: 'LogQueryCriteria',
    condition: {
      windowSize: 'PT5M',
      allOf: [
        {
          searchQuery: `AzureActivity | where _ResourceId =~ '${resource.id}'`,
          metricMeasureColumn: null,
          targetResourceTypes: `['${resource.type}']`,
          operator: 'GreaterThan',
          threshold: '0',
          timeAggregation: 'Count',
          dimensions: [],
          metricValue: 1,
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
        },
      ],
      windowStartTime: sim.time.iso(alert.firedAt - 300_000),
      windowEndTime: sim.time.iso(alert.firedAt),
    },
  };
}

function activityContext(sim: Sim<'account' | 'time' | 'chance'>, resource: Resource, alert: Alert): JsonObject {
  const at = sim.time.iso(alert.firedAt);
  return {
    authorization: { action: `${resource.type}/restart/action`, scope: resource.id },
    channels: 'Operation',
    claims: '{}',
    caller: 'platform',
    correlationId: sim.chance.guid('alert correlation', alert.id),
    eventSource: 'Administrative',
    eventTimestamp: at,
    eventDataId: sim.chance.guid('alert event', alert.id),
    level: 'Error',
    operationName: `${resource.type}/restart/action`,
    operationId: sim.chance.guid('alert operation', alert.id),
    properties: {
      entity: resource.id,
      message: `${resource.type}/restart/action`,
      hierarchy: sim.account.subscriptionId,
    },
    status: 'Failed',
    subStatus: '',
    submissionTimestamp: at,
  };
}

function healthContext(sim: Sim<'time' | 'chance'>, _: Resource, alert: Alert): JsonObject {
  const fired = alert.condition === 'Fired';
  const verb = fired ? 'Activated' : 'Resolved';
  return {
    channels: 'Admin, Operation',
    correlationId: sim.chance.guid('alert correlation', alert.id),
    eventSource: 'ResourceHealth',
    eventTimestamp: sim.time.iso(alert.firedAt),
    eventDataId: sim.chance.guid('alert event', alert.id),
    level: 'Critical',
    operationName: `Microsoft.Resourcehealth/healthevent/${verb}/action`,
    operationId: sim.chance.guid('alert operation', alert.id),
    properties: {
      title: alert.description,
      details: alert.description,
      currentHealthStatus: fired ? 'Unavailable' : 'Available',
      previousHealthStatus: fired ? 'Available' : 'Unavailable',
      type: 'Downtime',
      cause: 'PlatformInitiated',
    },
    status: fired ? 'Active' : 'Resolved',
    submissionTimestamp: sim.time.iso(alert.firedAt),
  };
}

const CONTEXT = {
  metric: metricContext,
  log: logContext,
  'activity-log': activityContext,
  'resource-health': healthContext,
};

/** The body that the webhook receives. */
export function commonAlert(sim: Sim<'account' | 'time' | 'chance'>, resource: Resource, alert: Alert): JsonObject {
  const { signalType, monitoringService } = SERVICE[alert.signal];
  const subscription = `/subscriptions/${sim.account.subscriptionId}`;
  const rules =
    alert.signal === 'metric' ? 'metricAlerts' : alert.signal === 'log' ? 'scheduledQueryRules' : 'activityLogAlerts';
  return {
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        alertId: `${subscription}/providers/Microsoft.AlertsManagement/alerts/${alert.id}`,
        alertRule: alert.rule,
        alertRuleId: `${subscription}/resourceGroups/${groupNameOf(resource.id)}/providers/microsoft.insights/${rules}/${alert.rule}`,
        targetResourceType: resource.type.toLowerCase(),
        severity: `Sev${alert.severity}`,
        signalType,
        monitorCondition: alert.condition,
        monitoringService,
        alertTargetIDs: [resource.id.toLowerCase()],
        configurationItems: [resource.name],
        originAlertId: `${sim.chance.guid('origin', alert.id)}_${resource.name}`,
        firedDateTime: sim.time.iso(alert.firedAt),
        ...(alert.resolvedAt === undefined ? {} : { resolvedDateTime: sim.time.iso(alert.resolvedAt) }),
        description: alert.description,
        essentialsVersion: '1.0',
        alertContextVersion: '1.0',
        targetResourceGroup: groupNameOf(resource.id).toLowerCase(),
      },
      alertContext: CONTEXT[alert.signal](sim, resource, alert),
      customProperties: null,
    },
  };
}
