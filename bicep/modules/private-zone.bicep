// The names by which the control plane's network finds one service privately.
import { words } from 'types.bicep'

param tags words
@allowed(['blob', 'queue', 'table', 'vault'])
param service string
param networkId string

var zoneName = service == 'vault'
  ? 'privatelink.vaultcore.azure.net'
  : 'privatelink.${service}.${environment().suffixes.storage}'

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'control-plane'
    location: 'global'
    tags: tags
    properties: { virtualNetwork: { id: networkId }, registrationEnabled: false }
  }
}

output id string = zone.id
