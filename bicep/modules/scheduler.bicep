// A Durable Task Scheduler with one task hub, instead of queues and tables: nothing is polled, and who works in it shows an identity.
import { words } from 'types.bicep'
import { roles } from 'built-in-roles.bicep'

param location string
param tags words
@minLength(8)
param suffix string
@description('Identity of the control plane.')
param principalId string
@description('Its client id.')
param clientId string
@allowed(['Consumption', 'Dedicated'])
param sku string
@description('Capacity units of a Dedicated one.')
@minValue(1)
param capacity int
@description('Addresses that may reach it, as CIDR.')
param ipAllowlist string[] = ['0.0.0.0/0']

var hubName = 'streamcontrol'

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: 'dts-${suffix}'
  location: location
  tags: tags
  properties: {
    ipAllowlist: ipAllowlist
    sku: sku == 'Dedicated' ? { name: 'Dedicated', capacity: capacity } : { name: 'Consumption' }
  }

  resource hub 'taskHubs' = {
    name: hubName
    properties: {}
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: scheduler
  name: guid(scheduler.id, principalId, roles.durableTaskDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.durableTaskDataContributor
    )
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output hubName string = scheduler::hub.name
// Where it is and as whom to come; there is no key in it.
output settingValue string = 'Endpoint=${scheduler.properties.endpoint};Authentication=ManagedIdentity;ClientID=${clientId}'
