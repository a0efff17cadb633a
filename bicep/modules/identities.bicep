// Who acts: the control plane on Azure, the mixers on their vault, the containers on the registry. None can do another's work.
import { words } from 'types.bicep'

param location string
param tags words
@minLength(8)
param suffix string

resource controlPlane 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-control-${suffix}'
  location: location
  tags: tags
}

resource mixers 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-mixers-${suffix}'
  location: location
  tags: tags
}

resource containers 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-containers-${suffix}'
  location: location
  tags: tags
}

@export()
type identity = {
  id: string
  name: string
  clientId: string
  principalId: string
}

output controlPlane identity = {
  id: controlPlane.id
  name: controlPlane.name
  clientId: controlPlane.properties.clientId
  principalId: controlPlane.properties.principalId
}
output mixers identity = {
  id: mixers.id
  name: mixers.name
  clientId: mixers.properties.clientId
  principalId: mixers.properties.principalId
}
output containers identity = {
  id: containers.id
  name: containers.name
  clientId: containers.properties.clientId
  principalId: containers.properties.principalId
}
