// The gallery and the definitions of the mixers' image: generalised versions, and those captured from a machine that has booted.
// `stream-control image build` makes them (docs/operate/mixer-image.md).
import { words } from 'types.bicep'

param location string
param tags words
@minLength(8)
param suffix string
@description('Identity of the control plane, and the role by which it may read, make and remove versions.')
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

// What a definition is for cannot be changed: the other kind has one of its own, by this name.
resource specialised 'Microsoft.Compute/galleries/images@2024-03-03' = {
  parent: gallery
  name: 'mixer-specialised'
  location: location
  tags: tags
  properties: {
    osType: 'Windows'
    osState: 'Specialized'
    hyperVGeneration: 'V2'
    architecture: 'x64'
    identifier: { publisher: 'stream-control', offer: 'mixer-specialised', sku: 'windows-obs' }
  }
}

resource read 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: gallery
  name: guid(gallery.id, principalId, roleId)
  properties: { roleDefinitionId: roleId, principalId: principalId, principalType: 'ServicePrincipal' }
}

output imageId string = mixer.id
