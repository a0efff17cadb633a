// stream-control's control plane on Azure: one resource group, and what its identity may do in the subscription. Everything goes by
// identity, nothing by key. What each parameter is, what it costs and what each role is for: docs/operate/install.md.
targetScope = 'subscription'

import { settings } from 'modules/settings.bicep'
import { roles } from 'modules/built-in-roles.bicep'

@description('Tells installations apart; part of the group’s name.')
@minLength(1)
@maxLength(32)
param environmentName string
@description('Region of the control plane; it must offer Flex Consumption (az functionapp list-flexconsumption-locations).')
param location string = deployment().location
@description('Short name of the region of events whose request names none; default the control plane’s own.')
param defaultRegion string = location
@description('Client id of the app registration that bicep/app-registration.sh makes.')
@minLength(36)
@maxLength(36)
param applicationClientId string
@description('Application ID URI of that registration.')
param applicationIdUri string = 'api://${applicationClientId}'
@description('Tenant whose people and identities may call.')
param tenantId string = tenant().tenantId
@description('Address of the control plane when it has a domain of its own.')
param publicUrl string = ''

@description('Version of Node, as Flex Consumption names it; 22 where 24 is not offered yet.')
@allowed(['22', '24'])
param nodeVersion string = '24'
@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param memoryMb int = 2048
@description('The most instances there can be at once.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40
@description('Instances that never sleep, by scale group (http, durable, or function:NAME). None is the cheapest; the first call then waits for a start.')
param alwaysReady { name: string, instanceCount: int }[] = []

@description('What durable work is kept in: queues and tables of the storage account, or a Durable Task Scheduler. The package must be made for it (npm run package -- SchedulerConsumption).')
@allowed(['AzureStorage', 'SchedulerConsumption', 'SchedulerDedicated'])
param durableBackend string = 'AzureStorage'
@description('Capacity units of a dedicated scheduler.')
@minValue(1)
@maxValue(3)
param schedulerCapacity int = 1
@description('Whether storage and control vault are reached from a network of the control plane’s own only.')
param privateNetwork bool = false
@description('Range of that network, of the app’s subnet in it (/27 or larger) and of the endpoints’.')
param privateRanges { network: string, app: string, endpoints: string } = {
  network: '10.43.0.0/24'
  app: '10.43.0.0/26'
  endpoints: '10.43.0.64/26'
}

@description('Tag of the relay’s image in the registry that is made here.')
param relayTag string = '1'
@description('Tag of the slide splitter’s image; the same image serves both.')
param slideSplitterTag string = relayTag
@description('Hosts of other registries that operators may run images of.')
param allowedRegistries string[] = []

@description('Folder with event templates of your own, as the app sees it (a mounted file share); none by default')
param templatesDir string = ''
@description('Version of the mixers’ image; empty for the latest.')
param mixerImageVersion string = ''
@description('Class of the container registry.')
@allowed(['Basic', 'Standard', 'Premium'])
param registrySku string = 'Basic'

@description('Name of a secret in the control vault that holds the token of the Teams outgoing webhook; it must be there before it is named here.')
param teamsTokenEntry string = ''
@description('Name of a secret in the control vault that holds the address of the Teams workflow; it must be there before it is named here.')
param teamsWorkflowEntry string = ''
@description('Addresses that are told of events by signed CloudEvents; needs webhookSigningEntry.')
@maxLength(10)
param eventWebhooks string[] = []
@description('Name of a secret in the control vault (whsec_ and base64) that those are signed with; it must be there before it is named here.')
param webhookSigningEntry string = ''

@description('Collector of your own for traces and metrics, by OTLP over HTTP; none by default.')
param otlpEndpoint string = ''
@description('Name of a secret in the control vault with the headers that it wants (api-key=...); it must be there before it is named here.')
param otlpHeadersEntry string = ''

@description('Object id of the app registration, for the secure webhook of alerts; empty for no alerts.')
param applicationObjectId string = ''
@description('Regions in which machines of events are watched.')
param alertRegions string[] = [defaultRegion]
@description('Amount a month, in the subscription’s currency, for what carries our tag; 0 for no budget.')
@minValue(0)
param budgetAmount int = 0
@description('Who is told of the budget.')
param budgetEmails string[] = []
@description('First month of the budget, as 2026-12-01.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30
@description('Gigabytes of logs a day after which no more is taken; -1 for no limit.')
param logDailyCapGb int = 1
@description('Days for which deleted vaults keep their names and secrets.')
@minValue(7)
@maxValue(90)
param vaultSoftDeleteDays int = 90
@description('Further actions on the subscription, should Azure ask for one that its documentation does not name.')
param furtherActions string[] = []

var suffix = uniqueString(subscription().id, environmentName, location)
var siteName = 'func-${suffix}'
var storageServices = ['blob', 'queue', 'table']
var privateServices = concat(storageServices, ['vault'])
// The vaults' names are said here, so that a secret in one can be looked for before anything refers to it.
var vaults = { control: 'kv-control-${suffix}', mixers: 'kv-mixers-${suffix}' }
// Not the events’ tag: no reaper has to look at this group.
var tags = { 'managed-by': 'stream-control-installation', 'azd-env-name': environmentName }
var address = empty(publicUrl) ? 'https://${siteName}.azurewebsites.net' : publicUrl

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-stream-control-${environmentName}'
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  scope: group
  params: { location: location, tags: tags, suffix: suffix }
}

module ownRoles 'modules/roles.bicep' = {
  params: {
    suffix: suffix
    principalId: identities.outputs.controlPlane.principalId
    furtherActions: furtherActions
  }
}

module assign 'modules/assign.bicep' = {
  scope: group
  params: {
    identities: [identities.outputs.mixers.name, identities.outputs.containers.name]
    principalId: identities.outputs.controlPlane.principalId
    roleId: ownRoles.outputs.identitiesRoleId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    principalId: identities.outputs.controlPlane.principalId
    roleId: ownRoles.outputs.workspaceRoleId
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identities.outputs.controlPlane.principalId
    workspaceId: monitoring.outputs.workspaceId
    private: privateNetwork
  }
}

module controlVault 'modules/vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: vaults.control
    softDeleteDays: vaultSoftDeleteDays
    private: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    grants: [
      { principalId: identities.outputs.controlPlane.principalId, role: roles.keyVaultSecretsOfficer }
    ]
  }
}

module mixersVault 'modules/vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: vaults.mixers
    softDeleteDays: vaultSoftDeleteDays
    // Machines and containers of events read it, from networks that come and go: only roles guard it.
    private: false
    workspaceId: monitoring.outputs.workspaceId
    grants: [
      { principalId: identities.outputs.controlPlane.principalId, role: roles.keyVaultSecretsOfficer }
      { principalId: identities.outputs.mixers.principalId, role: roles.keyVaultSecretsUser }
    ]
  }
}

module users 'modules/users.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalIds: [identities.outputs.containers.principalId, identities.outputs.controlPlane.principalId]
    workspaceId: monitoring.outputs.workspaceId
  }
}

module registry 'modules/registry.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    sku: registrySku
    principalId: identities.outputs.containers.principalId
  }
}

module gallery 'modules/gallery.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identities.outputs.controlPlane.principalId
    roleId: ownRoles.outputs.galleryRoleId
  }
}

module scheduler 'modules/scheduler.bicep' = if (durableBackend != 'AzureStorage') {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identities.outputs.controlPlane.principalId
    clientId: identities.outputs.controlPlane.clientId
    sku: durableBackend == 'SchedulerDedicated' ? 'Dedicated' : 'Consumption'
    capacity: schedulerCapacity
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: { location: location, tags: tags, suffix: suffix, ranges: privateRanges }
}

module zones 'modules/private-zone.bicep' = [
  for service in (privateNetwork ? privateServices : []): {
    scope: group
    params: { tags: tags, service: service, networkId: network!.outputs.id }
  }
]

module storageEndpoints 'modules/private-endpoint.bicep' = [
  for (service, index) in (privateNetwork ? storageServices : []): {
    scope: group
    params: {
      location: location
      tags: tags
      targetId: storage.outputs.id
      targetName: storage.outputs.name
      service: service
      zoneId: zones[index].outputs.id
      subnetId: network!.outputs.endpointsSubnetId
    }
  }
]

module controlVaultEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    targetId: controlVault.outputs.id
    targetName: vaults.control
    service: 'vault'
    zoneId: zones[3].outputs.id
    subnetId: network!.outputs.endpointsSubnetId
  }
}

module mixersVaultEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    targetId: mixersVault.outputs.id
    targetName: vaults.mixers
    service: 'vault'
    zoneId: zones[3].outputs.id
    subnetId: network!.outputs.endpointsSubnetId
  }
}

module teamsWebhook 'modules/secret-reference.bicep' = if (!empty(teamsTokenEntry)) {
  scope: group
  params: { vault: vaults.control, entry: teamsTokenEntry }
}

module teamsWorkflow 'modules/secret-reference.bicep' = if (!empty(teamsWorkflowEntry)) {
  scope: group
  params: { vault: vaults.control, entry: teamsWorkflowEntry }
}

module webhookSecret 'modules/secret-reference.bicep' = if (!empty(webhookSigningEntry)) {
  scope: group
  params: { vault: vaults.control, entry: webhookSigningEntry }
}

module otlpHeaders 'modules/secret-reference.bicep' = if (!empty(otlpHeadersEntry)) {
  scope: group
  params: { vault: vaults.control, entry: otlpHeadersEntry }
}

module app 'modules/function-app.bicep' = {
  scope: group
  // Its host looks for its storage as soon as it is there.
  dependsOn: [storageEndpoints, controlVaultEndpoint, mixersVaultEndpoint]
  params: {
    location: location
    tags: tags
    name: siteName
    identityId: identities.outputs.controlPlane.id
    packages: storage.outputs.packages
    nodeVersion: nodeVersion
    memoryMb: memoryMb
    maximumInstances: maximumInstances
    alwaysReady: alwaysReady
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    auth: { tenantId: tenantId, clientId: applicationClientId, audiences: [applicationIdUri, applicationClientId] }
    settings: union(
      settings({
        clientId: identities.outputs.controlPlane.clientId
        subscriptionId: subscription().subscriptionId
        storage: {
          blobEndpoint: storage.outputs.blobEndpoint
          queueEndpoint: storage.outputs.queueEndpoint
          tableEndpoint: storage.outputs.tableEndpoint
        }
        connectionString: monitoring.outputs.connectionString
        usersTable: users.outputs.address
        workspace: { id: monitoring.outputs.workspaceId, customerId: monitoring.outputs.workspaceCustomerId }
        controlVault: controlVault.outputs.url
        mixersVault: mixersVault.outputs.url
        imageId: empty(mixerImageVersion)
          ? gallery.outputs.imageId
          : '${gallery.outputs.imageId}/versions/${mixerImageVersion}'
        mixersIdentityId: identities.outputs.mixers.id
        containersIdentityId: identities.outputs.containers.id
        relayImage: '${registry.outputs.loginServer}/relay:${relayTag}'
        slideSplitterImage: '${registry.outputs.loginServer}/relay:${slideSplitterTag}'
        defaultRegion: defaultRegion
        publicUrl: address
        audience: applicationIdUri
        tenantId: tenantId
        applicationClientId: applicationClientId
        authority: environment().authentication.loginEndpoint
      }),
      // Only what has a value: nothing is set to nothing.
      durableBackend == 'AzureStorage' ? {} : { TASKHUB_NAME: scheduler!.outputs.hubName },
      durableBackend == 'AzureStorage'
        ? {}
        : { DURABLE_TASK_SCHEDULER_CONNECTION_STRING: scheduler!.outputs.settingValue },
      empty(allowedRegistries) ? {} : { ALLOWED_REGISTRIES: join(allowedRegistries, ',') },
      empty(templatesDir) ? {} : { TEMPLATES_DIR: templatesDir },
      empty(eventWebhooks) ? {} : { EVENT_WEBHOOKS: join(eventWebhooks, ',') },
      empty(webhookSigningEntry) ? {} : { EVENT_WEBHOOK_SECRET: webhookSecret!.outputs.reference },
      empty(otlpEndpoint) ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint },
      empty(otlpHeadersEntry) ? {} : { OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders!.outputs.reference },
      empty(teamsTokenEntry) ? {} : { TEAMS_WEBHOOK_SECRET: teamsWebhook!.outputs.reference },
      empty(teamsWorkflowEntry) ? {} : { TEAMS_WORKFLOW_URL: teamsWorkflow!.outputs.reference }
    )
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(applicationObjectId)) {
  scope: group
  params: {
    suffix: suffix
    tags: tags
    publicUrl: address
    webhook: { objectId: applicationObjectId, identifierUri: applicationIdUri, tenantId: tenantId }
    regions: alertRegions
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0) {
  params: { suffix: suffix, amount: max(budgetAmount, 1), startDate: budgetStart, emails: budgetEmails }
}

// Read by azd into its environment, and by people; there is no key or secret among them.
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_LOCATION string = location
output AZURE_CONTAINER_REGISTRY_NAME string = registry.outputs.name
output STREAM_CONTROL_URL string = address
output STREAM_CONTROL_AUDIENCE string = applicationIdUri
// The hook that packages the app reads it.
output DURABLE_BACKEND string = durableBackend
output FUNCTION_APP_NAME string = siteName
output MIXER_IMAGE_DEFINITION string = gallery.outputs.imageId
output MIXER_PRINCIPAL_ID string = identities.outputs.mixers.principalId
