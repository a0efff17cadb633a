// Roles of our own, with the actions of actions.json and no other; test/bicep/actions.test.ts compares them with what is sent.
targetScope = 'subscription'

@description('Tells installations in one subscription apart; part of the roles’ names, which are unique in a tenant.')
@minLength(8)
param suffix string
@description('Identity of the control plane.')
param principalId string
@description('Further actions on the subscription, should Azure ask for one that its documentation does not name.')
param furtherActions string[]

var actions = loadJsonContent('../actions.json')

resource events 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, suffix, 'events')
  properties: {
    roleName: 'stream-control events ${suffix}'
    description: 'Makes, watches and removes the resource groups of live events'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [{ actions: concat(actions.subscription, furtherActions), notActions: [] }]
  }
}

resource identities 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, suffix, 'identities')
  properties: {
    roleName: 'stream-control identities ${suffix}'
    description: 'Gives machines and containers of events their identity'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [{ actions: actions.identities, notActions: [] }]
  }
}

resource gallery 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, suffix, 'gallery')
  properties: {
    roleName: 'stream-control gallery ${suffix}'
    description: 'Reads, makes and removes versions of the mixers’ image'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [{ actions: actions.gallery, notActions: [] }]
  }
}

resource workspace 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, suffix, 'workspace')
  properties: {
    roleName: 'stream-control workspace ${suffix}'
    description: 'Has the lines of events’ containers kept in the workspace, and reads that one table'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [{ actions: actions.workspace, notActions: [] }]
  }
}

// Groups of events come and go, so what happens in them must be allowed on the whole subscription.
resource assign 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, events.id)
  properties: { roleDefinitionId: events.id, principalId: principalId, principalType: 'ServicePrincipal' }
}

output identitiesRoleId string = identities.id
output galleryRoleId string = gallery.id
output workspaceRoleId string = workspace.id
