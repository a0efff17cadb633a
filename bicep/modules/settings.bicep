// Every app setting, in one place. test/bicep/settings.test.ts compares the names with those that azure/settings.ts reads.
import { words } from 'types.bicep'

@export()
type given = {
  @description('Client id of the control plane’s identity.')
  clientId: string
  subscriptionId: string
  storage: { blobEndpoint: string, queueEndpoint: string, tableEndpoint: string }
  connectionString: string
  @description('Address of the table of users.')
  usersTable: string
  @description('Where the lines of events’ containers are kept.')
  workspace: { id: string, customerId: string }
  controlVault: string
  mixersVault: string
  imageId: string
  mixersIdentityId: string
  containersIdentityId: string
  relayImage: string
  slideSplitterImage: string
  defaultRegion: string
  publicUrl: string
  audience: string
  tenantId: string
  @description('Client id of the app registration: what v2 tokens are issued for.')
  applicationClientId: string
  @description('Where Entra signs in and keeps its keys, in this cloud.')
  authority: string
}

@export()
func settings(it given) words => {
  // The host's storage, by identity.
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: it.clientId
  AzureWebJobsStorage__blobServiceUri: it.storage.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: it.storage.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: it.storage.tableEndpoint
  AzureWebJobsDisableHomepage: 'true'
  // Not a key: local authentication of the component is off, and this only says where it is.
  APPLICATIONINSIGHTS_CONNECTION_STRING: it.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${it.clientId};Authorization=AAD'
  USERS_TABLE_URL: it.usersTable
  LOG_WORKSPACE_ID: it.workspace.id
  LOG_WORKSPACE_CUSTOMER_ID: it.workspace.customerId
  AZURE_CLIENT_ID: it.clientId
  AZURE_CLOUD: 'azure'
  AZURE_SUBSCRIPTION_ID: it.subscriptionId
  KEY_VAULT_URL: it.controlVault
  MIXER_VAULT_URL: it.mixersVault
  MIXER_IMAGE_ID: it.imageId
  MIXER_IDENTITY_ID: it.mixersIdentityId
  RELAY_IDENTITY_ID: it.containersIdentityId
  RELAY_IMAGE: it.relayImage
  SLIDE_SPLITTER_IMAGE: it.slideSplitterImage
  DEFAULT_REGION: it.defaultRegion
  PUBLIC_URL: it.publicUrl
  CONTROL_PLANE_AUDIENCE: it.audience
  AUTH_MODE: 'entra'
  AUTH_TENANT_ID: it.tenantId
  AUTH_CLIENT_ID: it.applicationClientId
  AUTH_AUTHORITY: it.authority
}
