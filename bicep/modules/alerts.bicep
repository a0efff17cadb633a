// The second detector: Azure Monitor tells the control plane what it sees of the machines of events, and shows an Entra token.
import { words } from 'types.bicep'

param suffix string
param tags words
param publicUrl string
@description('Object id of the app registration whose role ActionGroupsSecureWebhook Azure Monitor has, and its Application ID URI.')
param webhook { objectId: string, identifierUri: string, tenantId: string }
@description('Regions in which machines of events run: a metric alert over a subscription watches one.')
param regions string[]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'streamctl'
    webhookReceivers: [
      {
        name: 'control-plane'
        serviceUri: '${publicUrl}/api/alerts'
        useCommonAlertSchema: true
        useAadAuth: true
        objectId: webhook.objectId
        identifierUri: webhook.identifierUri
        tenantId: webhook.tenantId
      }
    ]
  }
}

resource resourceHealth 'Microsoft.Insights/activityLogAlerts@2020-10-01' = {
  name: 'alert-resource-health-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A machine of an event is not available, says Resource Health'
    enabled: true
    scopes: [subscription().id]
    condition: {
      allOf: [
        { field: 'category', equals: 'ResourceHealth' }
        { field: 'resourceType', equals: 'Microsoft.Compute/virtualMachines' }
        {
          anyOf: [
            { field: 'properties.currentHealthStatus', equals: 'Unavailable' }
            { field: 'properties.currentHealthStatus', equals: 'Degraded' }
          ]
        }
      ]
    }
    actions: { actionGroups: [{ actionGroupId: group.id }] }
  }
}

// Says that the machine runs on the platform, not that the mixer works: heartbeats say that.
resource availability 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for region in regions: {
    name: 'alert-vm-availability-${region}-${suffix}'
    location: 'global'
    tags: tags
    properties: {
      description: 'A machine of an event does not run on the platform'
      enabled: true
      severity: 1
      scopes: [subscription().id]
      targetResourceType: 'Microsoft.Compute/virtualMachines'
      targetResourceRegion: region
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'availability'
            metricNamespace: 'Microsoft.Compute/virtualMachines'
            metricName: 'VmAvailabilityMetric'
            operator: 'LessThan'
            threshold: 1
            timeAggregation: 'Minimum'
          }
        ]
      }
      actions: [{ actionGroupId: group.id }]
    }
  }
]
