// The gallery and the definition of the mixers' image; versions are made by mixer/image/image.bicep (docs/operate/mixer-image.md).
import { words } from 'types.bicep'

param location string
param tags words
@minLength(8)
param suffix string
@description('Identity of the control plane, and the role by which it may read versions.')
param principalId string
param roleId string

resource gallery 'Microsoft.Compute/galleries@2024-03-03' = {
  name: 'gal${suffix}'
  location: location
  tags: tags
  properties: { description: 'Images of stream-control' }
}

resource mixer 'Microsoft.Compute/galleries/images@2024-03-03' = {
  parent: gallery
  name: 'mixer'
  location: location
  tags: tags
  properties: {
    osType: 'Windows'
    osState: 'Generalized'
    hyperVGeneration: 'V2'
    architecture: 'x64'
    identifier: { publisher: 'stream-control', offer: 'mixer', sku: 'windows-obs' }
  }
}

resource read 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: gallery
  name: guid(gallery.id, principalId, roleId)
  properties: { roleDefinitionId: roleId, principalId: principalId, principalType: 'ServicePrincipal' }
}

output imageId string = mixer.id
