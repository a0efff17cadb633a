// The control plane itself: Flex Consumption, everything by identity, App Service authentication in front.
import { words } from 'types.bicep'

param location string
param tags words
param name string
param identityId string
@description('Container that the app is deployed to, as an address.')
param packages string
@description('The app’s settings, made in settings.bicep.')
param settings words
param nodeVersion string
@allowed([512, 2048, 4096])
param memoryMb int
@minValue(1)
@maxValue(1000)
param maximumInstances int
@description('Instances that never sleep, by scale group.')
param alwaysReady { name: string, instanceCount: int }[]
@description('Subnet that the app’s own requests come from; empty for none.')
param subnetId string
param auth { tenantId: string, clientId: string, audiences: string[] }

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'control-plane' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Secrets that settings refer to are read by this identity.
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packages
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstances
        instanceMemoryMB: memoryMb
        alwaysReady: alwaysReady
      }
      runtime: { name: 'node', version: nodeVersion }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      appSettings: [for setting in items(settings): { name: setting.key, value: setting.value }]
    }
  }

  // Who deploys shows an identity: no publishing user, no password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  // For browsers, which it signs in. Callers without a token are passed on: the app checks tokens itself, and denies by default.
  resource authentication 'config' = {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
      httpSettings: { requireHttps: true }
      // The app asks for the token itself; what the platform says of a browser's caller without it counts for nothing.
      login: { tokenStore: { enabled: true } }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: auth.clientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${auth.tenantId}/v2.0'
          }
          validation: { allowedAudiences: auth.audiences }
        }
      }
    }
  }
}

output hostName string = site.properties.defaultHostName
