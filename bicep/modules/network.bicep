// A network of the control plane's own, for subscriptions whose rules allow no public storage or vaults. Not the events' networks.
import { words } from 'types.bicep'

param location string
param tags words
@minLength(8)
param suffix string
@description('The network, and in it the subnet of the app (/27 or larger) and of the endpoints; it is connected to nothing.')
param ranges { network: string, app: string, endpoints: string }

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [ranges.network] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: ranges.app
          // Flex Consumption runs in what Container Apps' environments are made of; the provider Microsoft.App must be registered.
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: ranges.endpoints
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

output id string = network.id
output appSubnetId string = '${network.id}/subnets/app'
output endpointsSubnetId string = '${network.id}/subnets/endpoints'
