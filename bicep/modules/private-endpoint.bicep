// One service of one resource as an address in the control plane's network.
import { words } from 'types.bicep'

param location string
param tags words
param targetId string
param targetName string
@allowed(['blob', 'queue', 'table', 'vault'])
param service string
param zoneId string
param subnetId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-${targetName}-${service}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: service, properties: { privateLinkServiceId: targetId, groupIds: [service] } }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zoneId } }] }
  }
}
