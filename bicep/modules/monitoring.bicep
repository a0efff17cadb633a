// Where logs and traces go. Nothing is taken by key: whoever writes shows an identity.
import { words } from 'types.bicep'
import { roles } from 'built-in-roles.bicep'

param location string
param tags words
@minLength(8)
param suffix string
@minValue(30)
@maxValue(730)
param retentionDays int
@description('Gigabytes a day after which nothing more is taken until the next day; -1 for no limit.')
param dailyCapGb int
@description('Identity of the control plane.')
param principalId string
@description('Our role on the workspace.')
param roleId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: { disableLocalAuth: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, principalId, roles.monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource lines 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: workspace
  name: guid(workspace.id, principalId, roleId)
  properties: { roleDefinitionId: roleId, principalId: principalId, principalType: 'ServicePrincipal' }
}

output workspaceId string = workspace.id
output connectionString string = component.properties.ConnectionString
output workspaceCustomerId string = workspace.properties.customerId
