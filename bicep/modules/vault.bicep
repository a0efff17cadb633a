// One key vault. Who may do what with its secrets is said by roles; every access is logged.
import { words } from 'types.bicep'

param location string
param tags words
param name string
param workspaceId string
@description('Principals and the id of the role each gets on the secrets.')
param grants { principalId: string, role: string }[]
@description('Days for which a deleted vault keeps its name and its secrets.')
@minValue(7)
@maxValue(90)
param softDeleteDays int
@description('Whether only the control plane’s own network reaches it.')
param private bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: softDeleteDays
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    // Deployments read the addresses of secrets that settings refer to.
    networkAcls: { defaultAction: private ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in grants: {
    scope: vault
    name: guid(vault.id, grant.principalId, grant.role)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
      principalId: grant.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

output id string = vault.id
output url string = vault.properties.vaultUri
